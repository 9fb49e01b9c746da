package io.wharfgate.auth.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules that users copy. */
class AccessExamplesTest {

    @Test
    void theCommentedFileHasNeitherMistakesNorWarnings() {
        AccessContents contents = AccessContents.read(Path.of("conf/access.yaml"), any -> true);
        assertThat(findings(contents)).isEmpty();
        assertThat(contents.rules()).isPresent();
    }

    @Test
    void theReadmesRulesHaveNeitherMistakesNorWarnings() throws IOException {
        var examples = Pattern.compile("(?s)```yaml\n([^`]*?^rules:.*?)```", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(examples.find()).isTrue();
        AccessContents contents = AccessText.read(examples.group(1), "README", "README", any -> true);
        assertThat(findings(contents)).isEmpty();
    }

    private static List<String> findings(AccessContents contents) {
        return java.util.stream.Stream.concat(contents.errors().stream(), contents.warnings().stream())
                .map(Finding::toString)
                .toList();
    }
}
