package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * Makes the first user, so that a service started without any configuration can be used at once and by nobody else:
 * {@code admin}, with a random password in a file that only the service's own user can read.
 */
final class FirstStart {

    static final String ADMIN = "admin";

    /** Neither look-alikes nor what a shell would touch: the password gets typed and pasted. */
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

    private static final int PASSWORD_LENGTH = 20;

    private FirstStart() {}

    static Path passwordFile(Path dataDirectory) {
        return dataDirectory.resolve("initial-admin-password");
    }

    /**
     * Makes sure that there is a password file to serve with.
     *
     * @return whether the first user was made just now
     * @throws StartException when a password file that somebody named does not exist
     */
    static boolean ensureUsers(AuthConfig auth, Path dataDirectory) throws IOException, StartException {
        if (Files.exists(auth.htpasswd())) {
            return false;
        }
        if (!auth.defaultHtpasswd()) {
            throw new StartException("auth.htpasswd: there is no file " + auth.htpasswd()
                    + "; make it with: wharfgate user add NAME --file " + auth.htpasswd());
        }
        Secret password = randomPassword();
        try {
            Files.createDirectories(dataDirectory);
            // The password is written first: a user whose password nobody knows would be worse than a spare file.
            writePrivately(passwordFile(dataDirectory), password.reveal() + "\n");
        } catch (FileSystemException e) {
            // Its message is often the path alone, and only its class says what is wrong with it.
            throw new IOException(
                    "server.data-directory: nothing can be written to " + dataDirectory + " ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); make it, and give it to the user that runs the service",
                    e);
        }
        new HtpasswdEditor(auth.htpasswd()).add(ADMIN, password, HtpasswdEditor.DEFAULT_COST);
        return true;
    }

    private static Secret randomPassword() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < PASSWORD_LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return Secret.of(password.toString());
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
