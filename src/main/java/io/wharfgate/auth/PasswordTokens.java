package io.wharfgate.auth;

import io.wharfgate.secret.Secret;

/** Tokens that users send in the place of their password. Safe for use by any thread; never waits. */
@FunctionalInterface
public interface PasswordTokens {

    /** What this text is, sent with this user name. */
    Answer check(String user, Secret password);

    /** There are none. */
    static PasswordTokens none() {
        return (user, password) -> new Answer.NoToken();
    }

    /** What a text is. No reason holds any part of a secret. */
    sealed interface Answer {

        /** A password like any other. */
        record NoToken() implements Answer {}

        /** A token that is good, provided that its owner is still a user. */
        record Good(Login login) implements Answer {}

        /** A token that was good once: who has it did not guess. */
        record Dead(String reason) implements Answer {}

        /** A token that there is not: perhaps a guess. */
        record Unknown(String reason) implements Answer {}
    }
}
