package io.wharfgate.auth.token;

import io.wharfgate.SettableClock;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.FakeUserStore;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Reach;
import io.wharfgate.auth.Scope;
import io.wharfgate.auth.TokenService;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A token service on a directory of the test's, with users, rules, personal tokens and a clock in the test's hands. */
final class TokenFixture {

    static final String SERVICE = "registry.example.com";
    static final Duration EXPIRY = Duration.ofMinutes(5);
    static final Duration REFRESH_EXPIRY = Duration.ofDays(30);

    final SettableClock clock = new SettableClock("2026-03-01T12:00:00.250Z");
    final FakeUserStore users = new FakeUserStore().with("alice", "secret");
    final Map<String, Reach> personalTokens = new HashMap<>();
    final Set<String> denied = new TreeSet<>();
    volatile boolean policyBroken;
    final Path file;
    final TokenKeys keys;
    final TokenAuthority authority;

    /** Everybody may do everything, but what is in {@link #denied}; the anonymous may only pull. */
    final AccessPolicy policy = new AccessPolicy() {
        @Override
        public Decision decide(Identity identity, Access access) {
            if (policyBroken) {
                throw new IllegalStateException("rules are gone");
            }
            boolean fine = identity instanceof Identity.User
                    || (access instanceof Access.InRepository in && in.action() == Action.PULL);
            return fine && denied.stream().noneMatch(access.toString()::contains)
                    ? new Decision.Allowed()
                    : new Decision.Denied("no");
        }

        @Override
        public boolean admitsAnonymous() {
            return true;
        }
    };

    TokenFixture(Path directory) throws TokenKeysException {
        this(directory, SERVICE);
    }

    TokenFixture(Path directory, String service) throws TokenKeysException {
        file = directory.resolve("token-keys.json");
        keys = TokenKeys.open(file, REFRESH_EXPIRY, clock, Runnable::run);
        authority = new TokenAuthority(
                new AuthConfig.Token(file, service, EXPIRY, REFRESH_EXPIRY),
                keys,
                users,
                (id, user) -> Optional.ofNullable(personalTokens.get(user + "/" + id)),
                policy,
                clock);
    }

    static List<Scope> scopes(String text) {
        return Scope.parseAll(text);
    }

    TokenService.Issued issue(Login login, String scopes) {
        return authority.service().issue(login, scopes(scopes), true);
    }

    String aliceToken(String scopes) {
        return issue(Login.byPassword("alice"), scopes).token().reveal();
    }

    Login byPersonalToken(String id) {
        return new Login(
                new Identity.User("alice"),
                new Credential.PersonalToken(id),
                personalTokens.getOrDefault("alice/" + id, access -> false));
    }

    AuthenticationResult show(String token) {
        return authority
                .authenticator()
                .authenticate(Optional.of("Bearer " + token), InetAddress.getLoopbackAddress())
                .toCompletableFuture()
                .join();
    }

    AuthenticationResult redeem(String token) {
        return authority
                .service()
                .redeem(Secret.of(token), InetAddress.getLoopbackAddress())
                .toCompletableFuture()
                .join();
    }

    Login accepted(String token) {
        return ((AuthenticationResult.Accepted) show(token)).login();
    }
}
