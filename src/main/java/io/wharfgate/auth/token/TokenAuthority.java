package io.wharfgate.auth.token;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.PersonalTokenReach;
import io.wharfgate.auth.TokenService;
import io.wharfgate.auth.UserStore;
import java.time.Clock;

/** Both sides of the token service: who issues tokens, and who takes them. Thread-safe; nothing to close. */
public final class TokenAuthority {

    /** Some megabytes at most, as tokens are bounded. */
    private static final int REMEMBERED = 4096;

    private final TokenService service;
    private final Authenticator authenticator;

    /**
     * @param users asked at each use of a token whether its owner is still there
     * @param personalTokens asked at each use of a token that was issued for one
     * @param policy what may be granted; what a token may be used for is asked of it again elsewhere
     */
    public TokenAuthority(
            AuthConfig.Token config,
            TokenKeys keys,
            UserStore users,
            PersonalTokenReach personalTokens,
            AccessPolicy policy,
            Clock clock) {
        SignedTokens tokens = new SignedTokens(config.service(), keys, clock);
        Holders holders = new Holders(users, personalTokens);
        this.service = new TokenIssuer(config, tokens, holders, policy);
        this.authenticator = new TokenAuthenticator(tokens, holders, REMEMBERED);
    }

    public TokenService service() {
        return service;
    }

    /** For requests with a Bearer token. */
    public Authenticator authenticator() {
        return authenticator;
    }
}
