package io.wharfgate.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes keys and certificates whole or not at all: temporary file, fsync, rename, fsync of the directory. A file has its
 * mode from its first moment, so that a key is never open to others, however short.
 */
final class PrivateFiles {

    private static final String ONLY_OWNER = "rw-------";
    private static final String READABLE = "rw-r--r--";

    private PrivateFiles() {}

    /** The directory may be entered by all: {@code ca.crt} is for everybody, and each key file guards itself. */
    static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, mode(directory, "rwxr-xr-x"));
        }
    }

    static void writeKey(Path file, String text) throws IOException {
        write(file, text, ONLY_OWNER);
    }

    /** A certificate is public: others may read it whatever the umask says. */
    static void writeCertificate(Path file, String text) throws IOException {
        write(file, text, READABLE);
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path temporary =
                Files.createTempFile(directory, "." + file.getFileName() + ".", ".new", mode(file, ONLY_OWNER));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (isPosix(file)) {
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        if (isPosix(file)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] mode(Path path, String mode) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
