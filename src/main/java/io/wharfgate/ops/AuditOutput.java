package io.wharfgate.ops;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that lines are appended to, and its successor once it has been renamed or removed. Always opened to append:
 * after a truncation (logrotate's {@code copytruncate}) it goes on at the file's new end. For one thread at a time.
 */
final class AuditOutput implements Closeable {

    /** For operators and their group; the names in it are nobody else's business. The umask may take more away. */
    private static final String MODE = "rw-r-----";

    private final Path path;
    private FileChannel channel;
    private @Nullable Object key;

    /** The file ends in the middle of a line that cannot be taken back. */
    private boolean broken;

    private AuditOutput(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.key = keyOf(path);
    }

    /** @throws IOException when it cannot be written to, saying why and what to do */
    static AuditOutput open(Path path) throws IOException {
        try {
            return new AuditOutput(path, channel(path));
        } catch (FileSystemException e) {
            throw new IOException(path + " " + explain(path, e), e);
        }
    }

    private static FileChannel channel(Path path) throws IOException {
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
    }

    private static String explain(Path path, FileSystemException e) {
        String user = System.getProperty("user.name");
        if (Files.isDirectory(path)) {
            return "is a directory; write the path of a file";
        }
        if (e instanceof NoSuchFileException) {
            return "cannot be made, as there is no directory " + path.getParent() + "; make it, and give it to user "
                    + user;
        }
        if (e instanceof AccessDeniedException) {
            return "may not be written by user " + user + "; change the owner or mode of it or of its directory";
        }
        return "cannot be written: " + Objects.requireNonNullElse(e.getReason(), e.toString());
    }

    /** What names the file that the path leads to now; null when there is none. */
    private static @Nullable Object keyOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Opens the path anew if it leads to another file by now, or to none. */
    void follow() throws IOException {
        Object now = keyOf(path);
        if (now == null || !now.equals(key)) {
            reopen();
        }
    }

    /** Opens the path anew. When that fails, the old file stays open. */
    void reopen() throws IOException {
        AuditOutput other = open(path);
        FileChannel old = channel;
        channel = other.channel;
        key = other.key;
        broken = false;
        old.close();
    }

    /**
     * Appends whole lines. When that fails, the buffer's position is at the first one that has not been written whole, and
     * no part of that one is left in the file if it can be helped.
     */
    void append(ByteBuffer lines) throws IOException {
        if (broken) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            broken = false;
        }
        try {
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
        } catch (IOException e) {
            takeBack(lines);
            throw e;
        }
    }

    /** Takes the half line before the buffer's position out of the file, and puts the position at its beginning. */
    void takeBack(ByteBuffer lines) {
        int end = lines.position();
        int start = end;
        while (start > 0 && lines.get(start - 1) != '\n') {
            start--;
        }
        lines.position(start);
        if (start == end) {
            return;
        }
        broken = true;
        try {
            if (Files.isRegularFile(path)) {
                channel.truncate(channel.size() - (end - start));
                broken = false;
            }
        } catch (IOException e) {
            // Then the half line stays, and the next one begins behind it.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
