package io.wharfgate.auth;

/** What an {@link Authenticator} found. Only {@link Accepted} lets anything happen in somebody's name. */
public sealed interface AuthenticationResult {

    /** The credentials are right; or there are none, and the identity is anonymous. */
    record Accepted(Identity identity) implements AuthenticationResult {}

    /**
     * The credentials are wrong or cannot be read.
     *
     * @param reason for the log, never for the client; without any part of a password
     */
    record Rejected(String reason) implements AuthenticationResult {}

    /**
     * Too many passwords wait to be checked.
     *
     * @param retryAfterSeconds when to try again
     */
    record Overloaded(int retryAfterSeconds) implements AuthenticationResult {}
}
