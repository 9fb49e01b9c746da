package io.wharfgate.auth;

/** What an {@link AccessPolicy} says. */
public sealed interface Decision {

    record Allowed() implements Decision {}

    /**
     * Not allowed.
     *
     * @param reason what the user may be told
     */
    record Denied(String reason) implements Decision {}
}
