package io.wharfgate.auth;

/** What an {@link AccessPolicy} says. */
public sealed interface Decision {

    record Allowed() implements Decision {}

    /**
     * Not allowed.
     *
     * @param reason for the log, and for users who have logged in; never for the anonymous, whom it might tell what there is
     */
    record Denied(String reason) implements Decision {}

    default boolean allowed() {
        return this instanceof Allowed;
    }
}
