package io.wharfgate.oci;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/**
 * A content digest, {@code algorithm:hex} (OCI image specification, "Digests"). Always of a registered algorithm, in
 * lower case and of the right length; anything else cannot be made.
 */
public record Digest(DigestAlgorithm algorithm, String hex) {

    private static final int LONGEST_ECHO = 200;

    public Digest {
        if (!isHex(hex, algorithm.hexLength())) {
            throw new IllegalArgumentException("not " + algorithm.hexLength() + " lower-case hexadecimal digits");
        }
    }

    /**
     * Reads a digest as a client sends it.
     *
     * @throws RegistryException DIGEST_INVALID, saying what is wrong with it
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw invalid("digest is not of the form algorithm:hex", text);
        }
        DigestAlgorithm algorithm = DigestAlgorithm.named(text.substring(0, colon))
                .orElseThrow(() -> invalid("digest algorithm is not supported; sha256 and sha512 are", text));
        String hex = text.substring(colon + 1);
        if (!isHex(hex, algorithm.hexLength())) {
            throw invalid(
                    "digest needs " + algorithm.hexLength() + " lower-case hexadecimal digits after "
                            + algorithm.label() + ":",
                    text);
        }
        return new Digest(algorithm, hex);
    }

    /** Whether these are the digits of a digest of that algorithm. */
    public static boolean isValid(DigestAlgorithm algorithm, String hex) {
        return isHex(hex, algorithm.hexLength());
    }

    /** The digest of these bytes. */
    public static Digest of(DigestAlgorithm algorithm, byte[] content) {
        return ofHash(algorithm, algorithm.newMessageDigest().digest(content));
    }

    /** The digest that a finished {@link MessageDigest} of that algorithm gave. */
    public static Digest ofHash(DigestAlgorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Whether these bytes have this digest. */
    public boolean matches(byte[] content) {
        return MessageDigest.isEqual(
                HexFormat.of().parseHex(hex), algorithm.newMessageDigest().digest(content));
    }

    @Override
    public String toString() {
        return algorithm.label() + ":" + hex;
    }

    private static boolean isHex(String text, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static RegistryException invalid(String message, String text) {
        String echo = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "…" : text;
        return new RegistryException(RegistryError.DIGEST_INVALID, message, Map.of("digest", echo));
    }
}
