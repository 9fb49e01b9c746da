package io.wharfgate.auth.htpasswd;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * {@code {SHA}}, of {@code htpasswd -s}: one SHA-1 without a salt. Whoever reads the file soon knows the password.
 *
 * @param base64 of the 20 bytes
 */
record Sha1Hash(String base64) implements PasswordHash {

    static final String PREFIX = "{SHA}";

    @Override
    public String text() {
        return PREFIX + base64;
    }

    @Override
    public boolean matches(Secret password) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest(password.reveal().getBytes(StandardCharsets.UTF_8));
            return CryptText.equal(Base64.getEncoder().encodeToString(digest), base64);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    @Override
    public String kind() {
        return "SHA-1, unsalted";
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        var digest = new byte[20];
        random.nextBytes(digest);
        return new Sha1Hash(Base64.getEncoder().encodeToString(digest));
    }

    @Override
    public String toString() {
        return kind();
    }
}
