package io.wharfgate.auth;

/** By what somebody came in. */
public sealed interface Credential {

    /** By nothing. */
    record None() implements Credential {}

    /** By his password. */
    record Password() implements Credential {}

    /**
     * By a token that a user made for a robot, sent in the place of his password.
     *
     * @param id names it in lists and logs; no secret
     */
    record PersonalToken(String id) implements Credential {}

    /**
     * By an access token of our own token service (Bearer).
     *
     * @param origin what it was issued for: nothing, a password, a personal token
     */
    record AccessToken(Credential origin) implements Credential {}
}
