package io.wharfgate.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The file that is the socket: how it is made so that only one service and only its own user (or root) can use it. */
final class ControlSocket {

    /** Linux has 108 bytes for a socket's path; a few are for the name under which it is made. */
    private static final int LONGEST = 98;

    private ControlSocket() {}

    /**
     * Connects to the service that answers there.
     *
     * @return empty when nobody does: there is no such file, or it was left by a process that is gone
     * @throws ControlException when it cannot be told, or this user may not
     */
    static Optional<SocketChannel> connect(Path path) throws IOException {
        if (Files.notExists(path) || tooLong(path)) {
            return Optional.empty();
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            connected = true;
            return Optional.of(channel);
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (SocketException e) {
            if (Files.notExists(path)) {
                return Optional.empty();
            }
            throw new ControlException(
                    "the control socket " + path + " cannot be opened (" + e.getMessage()
                            + "); run this as the user of the service, or as root",
                    e);
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    /**
     * Listens at the path. What a dead process has left there is replaced.
     *
     * @throws ControlException when the path is too long, another service answers there, or something else is there
     */
    static ServerSocketChannel listen(Path path) throws IOException {
        if (tooLong(path)) {
            throw new ControlException("the path " + path + " is longer than the " + LONGEST
                    + " bytes that a socket's path may have; set ops.control to a shorter one");
        }
        Optional<SocketChannel> other = connect(path);
        if (other.isPresent()) {
            other.get().close();
            throw new ControlException("another service answers at " + path
                    + " already; give each its own ops.control or server.data-directory");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            throw new ControlException(path + " is there and is no socket; set ops.control to another path");
        }
        return listenPrivately(path);
    }

    /**
     * Who may connect is decided by the mode of the file, which a new socket has from the process's umask. So it is made in a
     * directory that nobody else may enter, and is moved to its place when it has the right mode.
     */
    private static ServerSocketChannel listenPrivately(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new ControlException(path + " cannot be a socket; set ops.control to another path");
        }
        Files.createDirectories(parent);
        Path directory = Files.createDirectory(
                parent.resolve("." + ThreadLocalRandom.current().nextInt(1000, 10_000)),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path made = directory.resolve("s");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean listening = false;
        try {
            server.bind(UnixDomainSocketAddress.of(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            listening = true;
            return server;
        } finally {
            if (!listening) {
                server.close();
            }
            Files.deleteIfExists(made);
            Files.deleteIfExists(directory);
        }
    }

    /** Tells one file from another that has taken its place; empty when there is none. */
    static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static boolean tooLong(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }
}
