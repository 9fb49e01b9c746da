package io.wharfgate.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Puts new content in the place of a file: who reads sees the old file or the new one, also after a power failure. Owner, group
 * and mode are kept; a new file is its owner's alone. Access control lists and extended attributes are not kept.
 */
public final class Replacement {

    private Replacement() {}

    /**
     * Writes the file.
     *
     * @param file where, its symbolic links followed
     * @throws FileEditException when that fails; the old file is then as it was
     */
    public static void write(Path file, byte[] content) throws FileEditException {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path fresh = file.resolveSibling("." + file.getFileName() + "." + random + ".tmp");
        try {
            try {
                writeFresh(file, fresh, content);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                syncDirectory(file);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (FileEditException e) {
            throw e;
        } catch (IOException e) {
            throw new FileEditException(file + " cannot be replaced: " + reason(e), e);
        }
    }

    private static void writeFresh(Path file, Path fresh, byte[] content) throws IOException {
        Optional<Ownership> ownership = Ownership.of(file);
        try (FileChannel channel = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Ownership.forNew(fresh))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            if (ownership.isPresent()) {
                apply(ownership.get(), file, fresh);
            }
            channel.force(true);
        }
    }

    private static void apply(Ownership ownership, Path file, Path fresh) throws FileEditException {
        try {
            ownership.applyTo(fresh);
        } catch (IOException e) {
            throw new FileEditException(
                    String.format(
                            "%s would not keep its owner %s and group %s; run the command as that user or as root",
                            file, ownership.owner().getName(), ownership.group().getName()),
                    e);
        }
    }

    /** A rename is in the directory, and only lasts once that is on the disk. */
    private static void syncDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && Files.isReadable(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** A file system exception's message may be nothing but the path. */
    private static String reason(IOException e) {
        return e instanceof AccessDeniedException
                ? "user " + System.getProperty("user.name") + " may not write to its directory"
                : String.valueOf(e.getMessage());
    }
}
