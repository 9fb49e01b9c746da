package io.wharfgate.auth.token;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The bytes of the key file on disk: whole or not there at all, for every instance that shares the directory. Thread-safe.
 */
final class KeyFile {

    /** Hundreds of keys. A larger file was named by mistake. */
    private static final int LARGEST = 256 * 1024;

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** What is in the file; empty when there is none. */
    Optional<byte[]> read() throws IOException, TokenKeysException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // A FIFO or a device would be waited for without end.
            throw new TokenKeysException("is not a regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new TokenKeysException("is larger than " + LARGEST + " bytes");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw new TokenKeysException("may not be read by user " + System.getProperty("user.name"), e);
        }
    }

    /** Whether somebody else than its owner and its group may read it. */
    boolean readableByAll() {
        try {
            return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Makes the file, if nobody has. Its name appears with all of its content: the link fails where there is one already.
     *
     * @return whether it is ours
     */
    boolean create(byte[] content) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        Path written = writeBeside(path.toAbsolutePath(), content);
        try {
            Files.createLink(path, written);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            return createWithoutLinks(content, e);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** File systems without hard links (some network shares): a reader may see half of it, and reads again later. */
    private boolean createWithoutLinks(byte[] content, Exception why) throws IOException {
        try {
            write(path, content);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            e.addSuppressed(why);
            throw e;
        }
    }

    /** What becomes of the content of a file that nobody else changes meanwhile; empty to leave it. */
    interface Change {
        Optional<byte[]> of(byte[] content) throws TokenKeysException;
    }

    /**
     * Replaces the content in one step, if nobody else is about to.
     *
     * @return whether it was done
     */
    boolean replace(Change change) throws IOException, TokenKeysException {
        // Through links: what is replaced is the file, not somebody's link to it.
        Path real = path.toRealPath();
        try (FileChannel channel = FileChannel.open(real, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            Optional<byte[]> old = lock == null ? Optional.empty() : read();
            if (old.isEmpty()) {
                return false;
            }
            Optional<byte[]> content = change.of(old.get());
            if (content.isEmpty()) {
                return false;
            }
            Path written = writeBeside(real, content.get());
            try {
                Files.move(written, real, StandardCopyOption.ATOMIC_MOVE);
                sync(real.resolveSibling("."));
            } finally {
                Files.deleteIfExists(written);
            }
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static Path writeBeside(Path target, byte[] content) throws IOException {
        Path file = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        write(file, content);
        return file;
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Not every file system syncs directories; the keys would be those of before the rotation then.
        }
    }
}
