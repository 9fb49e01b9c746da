package io.wharfgate.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A password, passphrase or key that never shows itself: {@code toString} masks it. Immutable. */
public final class Secret {

    private static final String MASK = "********";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** A secret given in place. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /**
     * A secret kept in a file of its own, whose last line end does not belong to it.
     *
     * @throws IOException when the file cannot be read
     */
    public static Secret fromFile(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return new Secret(text.replaceFirst("\\r?\\n\\z", ""));
    }

    /** The value itself: hand it to what needs it, and to nothing that prints. */
    public String reveal() {
        return value;
    }

    /** Equal values, compared in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return Secret.class.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
