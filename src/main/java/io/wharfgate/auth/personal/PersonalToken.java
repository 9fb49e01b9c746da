package io.wharfgate.auth.personal;

import java.time.Instant;
import java.util.Optional;

/**
 * A token as the file has it. Immutable.
 *
 * @param id names it in lists, logs and {@code token revoke}; no secret
 * @param user its owner
 * @param name what the owner calls it; may be empty
 * @param expires when it is good no longer; empty for never
 */
public record PersonalToken(
        String id,
        String user,
        String name,
        TokenGrant grant,
        Instant created,
        Optional<Instant> expires,
        TokenHash hash) {

    /** Of {@link #name}, in characters. */
    public static final int LONGEST_NAME = 100;

    public PersonalToken {
        if (!TokenText.isId(id)) {
            throw new IllegalArgumentException("an id is 8 letters and digits, as 'wharfgate token create' makes them");
        }
        if (user.isEmpty() || user.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a user name is not empty and has no control character");
        }
        if (name.length() > LONGEST_NAME || name.codePoints().anyMatch(PersonalToken::unfit)) {
            throw new IllegalArgumentException(
                    "a name has at most " + LONGEST_NAME + " characters, none of them a control character");
        }
    }

    /** Whether it is good no longer. */
    public boolean expired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    private static boolean unfit(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
