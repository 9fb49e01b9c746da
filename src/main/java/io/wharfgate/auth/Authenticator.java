package io.wharfgate.auth;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds out who sent a request. Safe for use by any thread. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Checks the credentials of one request.
     *
     * <p>Never blocks the caller: what is known already (no credentials, unreadable ones, a cached success) comes back as
     * a completed stage; what costs a password hash completes later, on a thread of the authenticator's. The stage
     * never fails because of what a client sent.
     *
     * @param authorization the request's {@code Authorization} header, if it has one
     * @param client who is at the other end: guesses are counted by it
     */
    CompletionStage<AuthenticationResult> authenticate(Optional<String> authorization, InetAddress client);
}
