package io.wharfgate.auth.personal;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a whole token. Fast to compute, and still of no use to who reads it: nobody tries 2^160 secrets.
 *
 * @param hex 64 small hexadecimal digits
 */
record TokenHash(String hex) {

    private static final Pattern GRAMMAR = Pattern.compile("[0-9a-f]{64}");

    TokenHash {
        if (!GRAMMAR.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 digits of 0-9 and a-f");
        }
    }

    static TokenHash of(Secret token) {
        return new TokenHash(HexFormat.of().formatHex(sha256(token)));
    }

    /** Compares in constant time. */
    boolean matches(Secret token) {
        return MessageDigest.isEqual(sha256(token), HexFormat.of().parseHex(hex));
    }

    private static byte[] sha256(Secret token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Not for logs: nobody should get used to seeing it there. */
    @Override
    public String toString() {
        return "SHA-256";
    }
}
