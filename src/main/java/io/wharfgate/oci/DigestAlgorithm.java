package io.wharfgate.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The registered digest algorithms of the OCI image specification ("Registered algorithms"). */
public enum DigestAlgorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA512("sha512", "SHA-512", 128);

    private final String label;
    private final String javaName;
    private final int hexLength;

    DigestAlgorithm(String label, String javaName, int hexLength) {
        this.label = label;
        this.javaName = javaName;
        this.hexLength = hexLength;
    }

    /** The algorithm of that name as digests spell it ({@code sha256}), or empty when it is not registered. */
    public static Optional<DigestAlgorithm> named(String label) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.label.equals(label)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The name as digests spell it. */
    public String label() {
        return label;
    }

    /** Number of hexadecimal digits in a digest of this algorithm. */
    public int hexLength() {
        return hexLength;
    }

    /** A fresh hash computation. Always the JDK's own provider: it uses the processor's SHA instructions. */
    public MessageDigest newMessageDigest() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + javaName, e);
        }
    }
}
