package io.wharfgate.auth;

/** What an {@link Authenticator} found. Only {@link Accepted} lets anything happen in somebody's name. */
public sealed interface AuthenticationResult {

    /** The credentials are right; or there are none, and the identity is anonymous. */
    record Accepted(Login login) implements AuthenticationResult {}

    /**
     * The credentials are wrong or cannot be read.
     *
     * @param reason for the log, never for the client; without any part of a password
     */
    record Rejected(String reason) implements AuthenticationResult {}

    /**
     * A Bearer token is none of ours, or is one no longer: the client fetches another (RFC 6750, {@code invalid_token}).
     *
     * @param reason for the log, never for the client; without any part of the token
     */
    record TokenRefused(String reason) implements AuthenticationResult {}

    /**
     * Too many passwords wait to be checked.
     *
     * @param retryAfterSeconds when to try again
     */
    record Overloaded(int retryAfterSeconds) implements AuthenticationResult {}

    /**
     * Too many wrong passwords came from there; this one was not looked at.
     *
     * @param reason for the log, never for the client
     * @param retryAfterSeconds when the next one is
     */
    record Throttled(String reason, int retryAfterSeconds) implements AuthenticationResult {}
}
