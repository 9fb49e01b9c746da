package io.wharfgate.auth.personal;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A token as its robot has it: {@code wgt_}, an id of 40 bits, {@code _}, a secret of 160 bits and a checksum of 30 bits. The
 * prefix lets scanners of leaked secrets find it. Letters are small, and none looks like a digit or another one. The checksum
 * tells a token that was cut off or mistyped, and every password, from one that was made here: only the latter is looked up.
 *
 * @param id names the token; no secret
 * @param whole all of it
 */
record TokenText(String id, Secret whole) {

    private static final String PREFIX = "wgt_";

    /** 32 characters: 5 bits each. */
    private static final String ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz";

    private static final int ID_LENGTH = 8;
    private static final int SECRET_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 6;
    private static final String C = "[2-9a-km-np-z]";
    private static final Pattern GRAMMAR = Pattern.compile("(" + PREFIX + "(" + C + "{" + ID_LENGTH + "})_" + C + "{"
            + SECRET_LENGTH + "})(" + C + "{" + CHECKSUM_LENGTH + "})");
    private static final Pattern ID = Pattern.compile(C + "{" + ID_LENGTH + "}");

    /** A new one. */
    static TokenText random(SecureRandom random) {
        String id = random(random, ID_LENGTH);
        String text = PREFIX + id + "_" + random(random, SECRET_LENGTH);
        return new TokenText(id, Secret.of(text + checksum(text)));
    }

    /** Empty when this is no token, or one with a mistake in it. */
    static Optional<TokenText> parse(Secret text) {
        Matcher parts = GRAMMAR.matcher(text.reveal());
        return parts.matches() && checksum(parts.group(1)).equals(parts.group(3))
                ? Optional.of(new TokenText(parts.group(2), text))
                : Optional.empty();
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static String random(SecureRandom random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** No protection against anybody: the secret is. */
    private static String checksum(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        var checksum = new StringBuilder(CHECKSUM_LENGTH);
        for (int i = 0; i < CHECKSUM_LENGTH; i++) {
            checksum.append(ALPHABET.charAt((int) (crc.getValue() >>> (5 * i)) & 31));
        }
        return checksum.toString();
    }
}
