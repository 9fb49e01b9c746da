package io.wharfgate.app;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.Challenge;
import io.wharfgate.auth.PasswordLogin;
import io.wharfgate.auth.PersonalTokenReach;
import io.wharfgate.auth.SchemeAuthenticator;
import io.wharfgate.auth.UserStore;
import io.wharfgate.auth.token.TokenAuthority;
import io.wharfgate.auth.token.TokenKeys;
import io.wharfgate.auth.token.TokenKeysException;
import io.wharfgate.files.Adoptions;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.Bodies;
import io.wharfgate.ops.LoginMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;

/** The Bearer side of the login: the keys, and who issues and takes tokens. Thread-safe. */
final class Tokens {

    private final AuthConfig auth;
    private final AccessPolicy policy;
    private final TokenKeys keys;
    private final TokenAuthority authority;

    private Tokens(AuthConfig auth, AccessPolicy policy, TokenKeys keys, TokenAuthority authority) {
        this.auth = auth;
        this.policy = policy;
        this.keys = keys;
        this.authority = authority;
    }

    /**
     * Reads the keys, or makes them.
     *
     * @param disk runs what reads the key file while requests wait
     */
    static Tokens open(
            AuthConfig auth, AccessPolicy policy, UserStore users, PersonalTokenReach personalTokens, Executor disk)
            throws StartException {
        Clock clock = Clock.systemUTC();
        Duration access = auth.token().expiry();
        Duration refresh = auth.token().refreshExpiry();
        try {
            TokenKeys keys =
                    TokenKeys.open(auth.token().keys(), access.compareTo(refresh) > 0 ? access : refresh, clock, disk);
            return new Tokens(
                    auth, policy, keys, new TokenAuthority(auth.token(), keys, users, personalTokens, policy, clock));
        } catch (TokenKeysException e) {
            throw new StartException("auth.token.keys: " + e.getMessage(), e);
        }
    }

    /** For everything below /v2/. */
    Authenticator authenticator(BasicAuthenticator basic, LoginMeter meter) {
        return meter.counting(new SchemeAuthenticator(basic, authority.authenticator()));
    }

    /** @param realm what clients show when they ask for a password */
    TokenEndpoint endpoint(String realm, BasicAuthenticator basic, Bodies bodies, AuditTrail audit, LoginMeter meter) {
        var logins = new TokenEndpoint.Logins(
                meter.counting((Authenticator) basic), meter.counting((PasswordLogin) basic), Challenge.basic(realm));
        return new TokenEndpoint(meter.counting(authority.service()), logins, policy, bodies, audit);
    }

    Adoptions adoptions() {
        return keys.adoptions();
    }

    void poll() {
        keys.poll();
    }

    /**
     * Looks whether {@link #reload} would take what is there now.
     *
     * @throws StartException when it would not
     */
    void check() throws StartException {
        try {
            keys.check();
        } catch (TokenKeysException e) {
            throw new StartException("auth.token.keys: " + auth.token().keys() + " " + e.getMessage(), e);
        }
    }

    void reload() {
        keys.reload();
    }
}
