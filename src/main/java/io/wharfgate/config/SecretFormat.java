package io.wharfgate.config;

import io.wharfgate.secret.Secret;

/** A password given in place. It is never shown, and so it is not what {@link #parse} would read again. */
record SecretFormat() implements Format<Secret> {

    @Override
    public Secret parse(Given.One given) throws InvalidValueException {
        Secret secret = Secret.of(given.text());
        if (!oneLine(secret)) {
            throw new InvalidValueException("holds a control character; write the password alone, on one line");
        }
        return secret;
    }

    /** Basic credentials have no control characters (RFC 7617 section 2). */
    static boolean oneLine(Secret secret) {
        return secret.reveal().chars().noneMatch(Character::isISOControl);
    }

    /** Whether this is no password, but what is shown in place of one. */
    static boolean isMask(Secret secret) {
        return secret.reveal().equals(secret.toString());
    }
}
