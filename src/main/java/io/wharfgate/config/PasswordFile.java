package io.wharfgate.config;

import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A password in a file of its own. Not even the path is shown: people put the password itself where its file belongs. */
final class PasswordFile {

    private PasswordFile() {}

    /**
     * Reads it.
     *
     * @param what belongs into it, such as "the key's password"
     * @return empty after a mistake was noted
     */
    static Optional<Secret> read(Values values, Key key, Path file, String what) {
        try {
            if (!Files.isRegularFile(file)) {
                values.error(key, "names no file; write the path of the file with the password");
                return Optional.empty();
            }
            Secret secret = Secret.fromFile(file);
            if (secret.equals(Secret.of(""))) {
                values.error(key, "names an empty file; write " + what + " into it");
            }
            values.holds(key, secret);
            return Optional.of(secret);
        } catch (IOException e) {
            values.error(
                    key,
                    "names a file that cannot be read as text; give the user that runs Wharfgate the right to read it");
            return Optional.empty();
        }
    }
}
