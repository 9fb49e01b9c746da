package io.wharfgate.auth.personal;

import io.wharfgate.files.RealFile;
import io.wharfgate.files.Replacement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * When each token was last used, to the second. Kept in memory, and in a file beside the tokens': lines of id and time. It is
 * written by the service alone, so that the tokens' file changes only when somebody changes tokens; of a service that is killed
 * the last minute is lost. {@link #note} is for any thread and never waits; the rest reads and writes the disk.
 */
final class LastUses {

    private static final int LARGEST = 1024 * 1024;

    private final Path file;
    private final ConcurrentMap<String, Instant> noted = new ConcurrentHashMap<>();

    LastUses(Path tokens) {
        this.file = file(tokens);
    }

    private static Path file(Path tokens) {
        return tokens.resolveSibling(tokens.getFileName() + ".last-used");
    }

    /** A token was used just now. */
    void note(String id, Instant now) {
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        // Most requests of a push come in the same second: they write nothing.
        if (!second.equals(noted.get(id))) {
            noted.put(id, second);
        }
    }

    /**
     * Writes what was noted since the last time, on top of what is there: other instances may write too. Does nothing if
     * nothing was noted.
     *
     * @param known ids that are still worth a line
     */
    synchronized void write(Set<String> known) throws IOException {
        if (noted.isEmpty()) {
            return;
        }
        Map<String, Instant> fresh = Map.copyOf(noted);
        Map<String, Instant> all = new TreeMap<>(readFile(file));
        fresh.forEach((id, time) -> all.merge(id, time, (a, b) -> a.isAfter(b) ? a : b));
        all.keySet().retainAll(known);
        var text = new StringBuilder();
        all.forEach((id, time) -> text.append(id).append(' ').append(time).append('\n'));
        Replacement.write(RealFile.of(file), text.toString().getBytes(StandardCharsets.UTF_8));
        fresh.forEach(noted::remove);
    }

    /** What the service has written beside this file of tokens. It is for information only: what cannot be read is left out. */
    static Map<String, Instant> read(Path tokens) {
        try {
            return readFile(file(tokens));
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static Map<String, Instant> readFile(Path file) throws IOException {
        Map<String, Instant> uses = new TreeMap<>();
        try {
            if (Files.size(file) > LARGEST || !Files.isRegularFile(file)) {
                return uses;
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            text.lines()
                    .forEach(line ->
                            time(line).ifPresent(time -> uses.put(line.substring(0, line.indexOf(' ')), time)));
            return uses;
        } catch (NoSuchFileException e) {
            return uses;
        }
    }

    private static Optional<Instant> time(String line) {
        int space = line.indexOf(' ');
        if (space < 0 || !TokenText.isId(line.substring(0, space))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(line.substring(space + 1)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
