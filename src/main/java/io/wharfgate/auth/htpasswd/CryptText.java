package io.wharfgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** What the crypt(3) family has in common: its alphabet, its limit, and how two results are compared. */
final class CryptText {

    /**
     * The longest password in bytes that crypt(3) takes (CRYPT_MAX_PASSPHRASE_SIZE), so no file has a longer one. The work
     * grows with rounds times length: without a limit, one header of 8 KiB could buy seconds of it.
     */
    static final int LONGEST_PASSWORD = 512;

    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private CryptText() {}

    static String random(SecureRandom random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** The password's bytes, cut to the limit. Who cuts must also refuse: see {@link #tooLong}. */
    static byte[] bytes(String password) {
        byte[] all = password.getBytes(StandardCharsets.UTF_8);
        return all.length <= LONGEST_PASSWORD ? all : Arrays.copyOf(all, LONGEST_PASSWORD);
    }

    static boolean tooLong(String password) {
        return password.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD;
    }

    static boolean equal(String computed, String stored) {
        return MessageDigest.isEqual(
                computed.getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
    }
}
