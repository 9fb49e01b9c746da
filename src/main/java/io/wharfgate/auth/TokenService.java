package io.wharfgate.auth;

import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Issues the tokens that clients show as Bearer (Docker's token specification). Safe for use by any thread; nothing of it waits.
 */
public interface TokenService {

    /** The one name for which tokens are issued: {@code service} in challenges, {@code aud} in tokens. */
    String service();

    /**
     * A token for what may be granted of the scopes asked for, which may be nothing: that is no error, the client finds out
     * when it uses it.
     *
     * @param login not one by an access token: with a token nobody gets another
     * @param scopes as asked for, in any number
     * @param offline whether the client wants a refresh token beside it; the anonymous get none
     */
    Issued issue(Login login, List<Scope> scopes, boolean offline);

    /**
     * Whose refresh token that is; {@code TokenRefused} when it is none, no longer one, or its owner's password has changed.
     * Completes later, and elsewhere, where the keys have to be looked up once more; never fails because of what was sent.
     */
    CompletionStage<AuthenticationResult> redeem(Secret refreshToken, InetAddress client);

    /**
     * What was issued.
     *
     * @param granted the part of the scopes that the token is good for
     */
    record Issued(
            Secret token, Instant issuedAt, Duration lifetime, Optional<Secret> refreshToken, List<Scope> granted) {}
}
