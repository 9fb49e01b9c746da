package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where temporary files lie: what comes through a pipe and can only be read from its end, and layers that are compressed before they
 * go. Thread-safe. Never fills the disk: a little is left to others.
 */
public final class Scratch {

    private static final long LEAVE_FREE = 64L << 20;
    private static final long LOOK_EVERY = 16L << 20;

    private final Path directory;

    public Scratch(Path directory) {
        this.directory = directory;
    }

    /** A directory that is on a disk: {@code /tmp} is memory on many machines. */
    public static Scratch standard() {
        Path disk = Path.of("/var/tmp");
        return new Scratch(Files.isWritable(disk) ? disk : Path.of(System.getProperty("java.io.tmpdir", ".")));
    }

    /** An empty file, which the caller deletes; the end of this process deletes it too. */
    Path file() throws IOException {
        try {
            Path file = Files.createTempFile(directory, "wharfgate-", ".tmp");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new ExchangeException(
                    "no temporary file can be made in " + directory + "; name another directory with --temp DIR", e);
        }
    }

    /** Copies all of it into a new file. */
    Path keep(InputStream in) throws IOException {
        Path file = file();
        boolean whole = false;
        try (OutputStream out = writer(file)) {
            in.transferTo(out);
            whole = true;
            return file;
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Writes to such a file, as long as there is room. The caller closes it. */
    OutputStream writer(Path file) throws IOException {
        return new FilterOutputStream(Files.newOutputStream(file)) {
            private long sinceLook = LOOK_EVERY;

            @Override
            public void write(byte[] buffer, int start, int length) throws IOException {
                if (sinceLook >= LOOK_EVERY) {
                    requireRoom();
                    sinceLook = 0;
                }
                out.write(buffer, start, length);
                sinceLook += length;
            }
        };
    }

    private void requireRoom() throws IOException {
        if (Files.getFileStore(directory).getUsableSpace() < LEAVE_FREE) {
            throw new ExchangeException("there is too little room in " + directory
                    + " for what has to be kept there meanwhile; name another directory with --temp DIR");
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
