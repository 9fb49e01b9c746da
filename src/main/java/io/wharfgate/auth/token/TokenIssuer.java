package io.wharfgate.auth.token;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Scope;
import io.wharfgate.auth.TokenService;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Issues tokens, and takes refresh tokens back. Signing takes some tenths of a millisecond. Thread-safe. */
final class TokenIssuer implements TokenService {

    private final AuthConfig.Token config;
    private final SignedTokens tokens;
    private final Holders holders;
    private final Grants grants;

    TokenIssuer(AuthConfig.Token config, SignedTokens tokens, Holders holders, AccessPolicy policy) {
        this.config = config;
        this.tokens = tokens;
        this.holders = holders;
        this.grants = new Grants(policy);
    }

    @Override
    public String service() {
        return config.service();
    }

    @Override
    public Issued issue(Login login, List<Scope> scopes, boolean offline) {
        if (login.credential() instanceof Credential.AccessToken) {
            throw new IllegalArgumentException("with an access token nobody gets another");
        }
        Instant now = tokens.now();
        List<Scope> granted = grants.of(login, scopes);
        TokenClaims claims = new TokenClaims(
                user(login), personalToken(login), Optional.empty(), granted, now, now.plus(config.expiry()));
        Optional<Secret> refresh = offline ? refreshToken(login, now) : Optional.empty();
        return new Issued(tokens.sign(TokenKind.ACCESS, claims), now, config.expiry(), refresh, granted);
    }

    /** Nothing for the anonymous: they get a token at any time. */
    private Optional<Secret> refreshToken(Login login, Instant now) {
        Optional<String> user = user(login);
        Optional<String> personalToken = personalToken(login);
        Optional<String> proof = user.filter(name -> personalToken.isEmpty())
                .flatMap(name -> holders.passwordProof(name, tokens.keys()));
        if (personalToken.isEmpty() && proof.isEmpty()) {
            return Optional.empty();
        }
        TokenClaims claims =
                new TokenClaims(user, personalToken, proof, List.of(), now, now.plus(config.refreshExpiry()));
        return Optional.of(tokens.sign(TokenKind.REFRESH, claims));
    }

    private static Optional<String> user(Login login) {
        return login.identity() instanceof Identity.User user ? Optional.of(user.name()) : Optional.empty();
    }

    private static Optional<String> personalToken(Login login) {
        return login.credential() instanceof Credential.PersonalToken token
                ? Optional.of(token.id())
                : Optional.empty();
    }

    @Override
    public CompletionStage<AuthenticationResult> redeem(Secret refreshToken, InetAddress client) {
        return tokens.verify(TokenKind.REFRESH, refreshToken.reveal()).thenApply(outcome -> {
            if (outcome instanceof TokenFormat.Outcome.Good good) {
                return redeem(good.claims());
            }
            return new TokenRefused("refresh token: " + TokenFormat.reason(outcome));
        });
    }

    private AuthenticationResult redeem(TokenClaims claims) {
        Holders.Found found = holders.find(claims);
        if (found.login().isEmpty()) {
            return new TokenRefused("refresh token: " + found.reason());
        }
        Login login = found.login().get();
        boolean tied =
                login.credential() instanceof Credential.PersonalToken || holders.provesPassword(claims, tokens.keys());
        return tied
                ? new Accepted(login)
                : new TokenRefused("refresh token: its owner's password is another one since it was issued");
    }
}
