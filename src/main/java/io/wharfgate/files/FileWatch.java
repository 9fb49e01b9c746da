package io.wharfgate.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells when a file is worth reading again: when it has changed and was found the same twice, because many editors write in
 * place, and half a file may look like a whole one. Not thread-safe.
 */
public final class FileWatch {

    /** The coarsest time stamps that are about (FAT). Within it, a second change may leave the fingerprint as it was. */
    private static final Duration TIMESTAMP_STEP = Duration.ofSeconds(2);

    private final Path file;
    private final Clock clock;

    /** The file that was read; empty when it has to be read again in any case. */
    private Optional<FileFingerprint> loaded = Optional.empty();

    /** What the last look saw. */
    private Optional<FileFingerprint> seen = Optional.empty();

    /** A watch of one file, which need not exist; it counts as changed until it has been read. */
    public FileWatch(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** What a look at the file says. */
    public enum Sight {
        /** It is the one that was read. */
        UNCHANGED,
        /** Somebody seems to be writing it: look again. */
        SETTLING,
        /** Another one than was read, at rest: read it. */
        CHANGED,
        /** There is none, or none that may be seen. */
        MISSING
    }

    /** Reads a file. */
    @FunctionalInterface
    public interface Reader<T> {
        T read() throws IOException;
    }

    /** Looks at the file without reading it: for a timer, a second or so apart. */
    public Sight look() {
        Optional<FileFingerprint> now = fingerprint();
        boolean settled = now.equals(seen);
        seen = now;
        if (now.isEmpty()) {
            return Sight.MISSING;
        }
        if (now.equals(loaded)) {
            return Sight.UNCHANGED;
        }
        return settled ? Sight.CHANGED : Sight.SETTLING;
    }

    /**
     * Reads the file now.
     *
     * @return empty when it changed under the reader's eyes: look again
     * @throws IOException as the reader throws it; the next look then says that the file has changed, because what would heal
     *     it, another mode, does not show in a fingerprint
     */
    public <T> Optional<T> read(Reader<T> reader) throws IOException {
        Optional<FileFingerprint> before = fingerprint();
        loaded = Optional.empty();
        T read = reader.read();
        if (before.isEmpty() || !before.equals(fingerprint())) {
            return Optional.empty();
        }
        loaded = before.filter(this::trusted);
        return Optional.of(read);
    }

    /** A file so new that it could change once more without a new time stamp is read again by the next look. */
    private boolean trusted(FileFingerprint fingerprint) {
        Instant modified = fingerprint.modified().toInstant();
        return modified.isBefore(clock.instant().minus(TIMESTAMP_STEP));
    }

    private Optional<FileFingerprint> fingerprint() {
        try {
            return Optional.of(FileFingerprint.of(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
