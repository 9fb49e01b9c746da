package io.wharfgate.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.storage.Stamp;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampsTest {

    private static final FileStamps NOW = new FileStamps(FileSystems.getDefault(), Clock.systemUTC());
    private static final FileStamps LATER =
            new FileStamps(FileSystems.getDefault(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("file"), "content");
    }

    @Test
    void whatHasJustChangedHasNone() throws IOException {
        // An older time of its last write, as of what was restored, makes it no older.
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

        assertThat(NOW.of(file)).isEmpty();
        assertThat(NOW.of(directory)).isEmpty();
        assertThat(LATER.of(file)).isPresent();
    }

    @Test
    void isTheSameAsLongAsNothingChanges() throws IOException {
        Optional<Stamp> before = LATER.of(file);
        Files.readString(file);

        assertThat(LATER.of(file)).isPresent().isEqualTo(before);
    }

    @Test
    void anotherContentOfTheSameLengthAndTimeIsAnother() throws IOException {
        Optional<Stamp> before = LATER.of(file);
        FileTime time = Files.getLastModifiedTime(file);
        nextStep();
        Files.writeString(file, "CONTENT");
        Files.setLastModifiedTime(file, time);

        assertThat(LATER.of(file)).isPresent().isNotEqualTo(before);
    }

    @Test
    void anotherFileOfTheSameNameIsAnother() throws IOException {
        Optional<Stamp> before = LATER.of(file);
        Path other = Files.writeString(directory.resolve("other"), "content");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(LATER.of(file)).isPresent().isNotEqualTo(before);
    }

    @Test
    void aDirectoryIsAnotherWhenSomethingComesOrGoes() throws IOException {
        Optional<Stamp> before = LATER.of(directory);
        nextStep();
        Optional<Stamp> more = LATER.of(directory);
        Files.delete(file);

        assertThat(before).isPresent();
        assertThat(more).isPresent().isNotEqualTo(before);
        assertThat(LATER.of(directory)).isPresent();
        assertThat(LATER.of(file)).isEmpty();
        assertThat(LATER.of(directory.resolve("none/below"))).isEmpty();
    }

    /** Waits until the file system's clock has moved. */
    private void nextStep() throws IOException {
        Path tick = directory.resolve("tick");
        Files.writeString(tick, "");
        Object before = Files.getAttribute(tick, "unix:ctime");
        do {
            Files.writeString(tick, "x");
        } while (Files.getAttribute(tick, "unix:ctime").equals(before));
    }
}
