package io.wharfgate.auth.token;

import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.token.VerifiedTokens.Fingerprint;
import io.wharfgate.auth.token.VerifiedTokens.Verified;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Logs in with an access token (Bearer, RFC 6750). A token's signature is checked once; its end, its owner and the personal
 * token behind it are looked at each time. Costs no password hash. Thread-safe.
 */
final class TokenAuthenticator implements Authenticator {

    private static final String SCHEME = "Bearer";

    private final SignedTokens tokens;
    private final Holders holders;
    private final VerifiedTokens verified;

    TokenAuthenticator(SignedTokens tokens, Holders holders, int remembered) {
        this.tokens = tokens;
        this.holders = holders;
        this.verified = new VerifiedTokens(remembered, tokens.keys());
    }

    @Override
    public CompletionStage<AuthenticationResult> authenticate(Optional<String> authorization, InetAddress client) {
        if (authorization.isEmpty()) {
            return CompletableFuture.completedStage(new Accepted(Login.anonymous()));
        }
        String header = authorization.get().strip();
        if (header.length() > SCHEME.length() + 1 + TokenFormat.LONGEST
                || !header.regionMatches(true, 0, SCHEME + " ", 0, SCHEME.length() + 1)) {
            return CompletableFuture.completedStage(new TokenRefused("no Bearer token, or too long a one"));
        }
        String token = header.substring(SCHEME.length() + 1).strip();
        Fingerprint fingerprint = Fingerprint.of(token);
        KeySet keys = tokens.keys();
        Optional<Verified> known = verified.find(fingerprint, keys);
        if (known.isPresent()) {
            return CompletableFuture.completedStage(use(known.get(), fingerprint));
        }
        return tokens.verify(TokenKind.ACCESS, token).thenApply(outcome -> {
            if (!(outcome instanceof TokenFormat.Outcome.Good good)) {
                return new TokenRefused("access token: " + TokenFormat.reason(outcome));
            }
            Verified fresh =
                    new Verified(good.claims(), new GrantedReach(good.claims().granted()));
            // If the keys changed meanwhile, it is verified once more with the next request.
            verified.add(fingerprint, fresh, keys);
            return use(fresh, fingerprint);
        });
    }

    private AuthenticationResult use(Verified token, Fingerprint fingerprint) {
        if (tokens.expired(token.claims())) {
            verified.remove(fingerprint);
            return new TokenRefused("access token: the token has expired");
        }
        Holders.Found found = holders.find(token.claims());
        if (found.login().isEmpty()) {
            return new TokenRefused("access token: " + found.reason());
        }
        Login origin = found.login().get();
        return new Accepted(new Login(
                origin.identity(),
                new Credential.AccessToken(origin.credential()),
                token.reach().and(origin.reach())));
    }

    /** How many tokens are remembered. */
    int remembered() {
        return verified.size();
    }
}
