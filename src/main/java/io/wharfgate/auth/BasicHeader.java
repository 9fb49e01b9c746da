package io.wharfgate.auth;

import io.wharfgate.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What an {@code Authorization} header says, read as RFC 7617 (Basic). */
sealed interface BasicHeader {

    /** Longer headers are refused unread: no user name and password need that much, and each byte costs a hash. */
    int LONGEST = 8 * 1024;

    /** A user name without control characters, and a password without NUL. */
    record Credentials(String user, Secret password) implements BasicHeader {}

    /**
     * Not Basic credentials.
     *
     * @param reason for the log. Quotes nothing of the header: a client that gets the form wrong may have put a password
     *     or a token anywhere in it.
     */
    record Unreadable(String reason) implements BasicHeader {}

    /** Reads the header's value. The scheme in any case, base64 with or without its padding; never throws. */
    static BasicHeader parse(String value) {
        if (value.length() > LONGEST) {
            return new Unreadable("the Authorization header is longer than " + LONGEST + " bytes");
        }
        String text = value.strip();
        int schemeEnd = 0;
        while (schemeEnd < text.length() && text.charAt(schemeEnd) != ' ' && text.charAt(schemeEnd) != '\t') {
            schemeEnd++;
        }
        if (!text.substring(0, schemeEnd).equalsIgnoreCase("Basic")) {
            return new Unreadable("the Authorization header's scheme is not Basic");
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(text.substring(schemeEnd).strip());
        } catch (IllegalArgumentException e) {
            return new Unreadable("the Basic credentials are not base64");
        }
        try {
            return split(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Unreadable("the Basic credentials are not UTF-8");
        }
    }

    private static BasicHeader split(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Unreadable("the Basic credentials have no colon between user name and password");
        }
        return credentials(text.substring(0, colon), Secret.of(text.substring(colon + 1)));
    }

    /** The same rules for a user name and a password that stood elsewhere: in a form. */
    static BasicHeader credentials(String user, Secret password) {
        if (user.isEmpty()) {
            return new Unreadable("the user name is empty");
        }
        if (user.chars().anyMatch(Character::isISOControl)) {
            return new Unreadable("the user name has a control character");
        }
        if (password.reveal().indexOf('\0') >= 0) {
            // bcrypt ends a password with NUL and repeats it: the hash of "ab" would accept "ab\0ab".
            return new Unreadable("the password has a NUL character");
        }
        return new Credentials(user, password);
    }
}
