package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document names exactly the fields that the program writes: somebody's index is made after it. */
class LogFieldsTest {

    private static final Path DOCUMENT = Path.of("docs/logs.md");
    private static final Path SOURCES = Path.of("src/main/java");

    /** In the message of a call of a logger, which may be in several pieces. */
    private static final Pattern CALL = Pattern.compile(
            "\\bLOG\\s*\\.(?:trace|debug|info|warn|error)\\((.*?)\\);", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private static final Pattern FIELD =
            Pattern.compile("(?<![\\w.-])([a-z][a-z0-9_]*)=(?:\\{}|\\\\\"\\{}\\\\\"|\\\\\"[^{}\"\\\\]+\\\\\")");
    private static final Pattern ALWAYS_OR_KNOWN = Pattern.compile("line\\.(?:always|known)\\(\\s*\"([a-z_]+)\"");
    private static final Pattern NAME = Pattern.compile("`([a-z][a-z0-9_]*)`");

    @Test
    void everyFieldIsDocumentedAndNoneIsInvented() throws IOException {
        assertThat(documented("On every line are", "## The access log", 1)).containsAll(written());
        assertThat(written()).containsAll(documented("| what | fields |", "For Logstash", 1));
    }

    @Test
    void theAccessLogHasTheFieldsOfItsTables() throws IOException {
        String source = Files.readString(SOURCES.resolve("io/wharfgate/http/AccessLog.java"));
        assertThat(documented("## The access log", "## A reload", 0))
                .containsExactlyInAnyOrderElementsOf(names(ALWAYS_OR_KNOWN, source));
    }

    private static Set<String> written() throws IOException {
        Set<String> written = new TreeSet<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(SOURCES)) {
            files = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            for (MatchResult call :
                    CALL.matcher(Files.readString(file)).results().toList()) {
                written.addAll(names(FIELD, call.group(1)));
            }
        }
        assertThat(written)
                .as("the test finds calls")
                .contains("request_id", "reason")
                .hasSizeGreaterThan(30);
        return written;
    }

    /** @param column of the tables between two lines: 0 where names come first, 1 where all of a row count */
    private static Set<String> documented(String from, String to, int column) throws IOException {
        String document = Files.readString(DOCUMENT);
        String part = document.substring(document.indexOf(from), document.indexOf(to));
        return part.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> column == 0 ? line.split("\\|", -1)[1] : line.replaceAll("\\([^)]*\\)", ""))
                .flatMap(cells -> names(NAME, cells).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
