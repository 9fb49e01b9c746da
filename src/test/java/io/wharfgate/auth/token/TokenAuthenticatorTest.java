package io.wharfgate.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Reach;
import io.wharfgate.oci.RepositoryName;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenAuthenticatorTest {

    private TokenFixture fixture;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        fixture = new TokenFixture(directory);
    }

    private static Access to(Action action, String name) {
        return new Access.InRepository(action, new RepositoryName(name));
    }

    @Test
    void tokenIsGoodForWhatWasGrantedAndNothingElse() {
        Login login = fixture.accepted(fixture.aliceToken("repository:a:pull,push"));
        assertThat(login.identity()).isEqualTo(new Identity.User("alice"));
        assertThat(login.credential()).isEqualTo(new Credential.AccessToken(new Credential.Password()));
        Reach reach = login.reach();
        assertThat(reach.covers(new Access.Ping())).isTrue();
        assertThat(reach.covers(to(Action.PULL, "a"))).isTrue();
        assertThat(reach.covers(to(Action.PUSH, "a"))).isTrue();
        assertThat(reach.covers(to(Action.DELETE, "a"))).isFalse();
        assertThat(reach.covers(to(Action.LIST, "a"))).isFalse();
        assertThat(reach.covers(to(Action.PULL, "a/b"))).isFalse();
        assertThat(reach.covers(new Access.Catalog())).isFalse();
        assertThat(reach.covers(new Access.Everywhere(Action.PULL))).isFalse();
    }

    @Test
    void tokenForTheCatalogListsEveryRepositoryInIt() {
        Reach reach = fixture.accepted(fixture.aliceToken("registry:catalog:*")).reach();
        assertThat(reach.covers(new Access.Catalog())).isTrue();
        assertThat(reach.covers(to(Action.LIST, "any"))).isTrue();
        assertThat(reach.covers(to(Action.PULL, "any"))).isFalse();
        assertThat(reach.covers(new Access.Everywhere(Action.LIST))).isFalse();
    }

    @Test
    void anonymousTokenIsNobodys() {
        String token =
                fixture.issue(Login.anonymous(), "repository:a:pull").token().reveal();
        Login login = fixture.accepted(token);
        assertThat(login.identity()).isEqualTo(new Identity.Anonymous());
        assertThat(login.credential()).isEqualTo(new Credential.AccessToken(new Credential.None()));
        assertThat(login.reach().covers(to(Action.PULL, "a"))).isTrue();
    }

    @Test
    void endIsLookedAtEachTime() {
        String token = fixture.aliceToken("repository:a:pull");
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
        fixture.clock.advance(TokenFixture.EXPIRY.minusSeconds(1));
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
        fixture.clock.advance(Duration.ofSeconds(31));
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void tokenIsNotGoodBeforeItsTime() {
        fixture.clock.advance(Duration.ofSeconds(31));
        String token = fixture.aliceToken("repository:a:pull");
        fixture.clock.advance(Duration.ofSeconds(-32));
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
        fixture.clock.advance(Duration.ofSeconds(10));
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
    }

    @Test
    void removedUserIsOutAtOnceAndAChangedPasswordOnlyEndsRefreshTokens() {
        String token = fixture.aliceToken("repository:a:pull");
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
        fixture.users.with("alice", "another");
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
        fixture.users.remove("alice");
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void revokedPersonalTokenEndsItsAccessTokensAtOnce() {
        fixture.personalTokens.put("alice/t1", Reach.everything());
        String token = fixture.issue(fixture.byPersonalToken("t1"), "repository:a:pull,push")
                .token()
                .reveal();
        Login login = fixture.accepted(token);
        assertThat(login.credential()).isEqualTo(new Credential.AccessToken(new Credential.PersonalToken("t1")));
        assertThat(login.reach().covers(to(Action.PUSH, "a"))).isTrue();
        fixture.personalTokens.put("alice/t1", access -> access.equals(to(Action.PULL, "a")));
        assertThat(fixture.accepted(token).reach().covers(to(Action.PUSH, "a"))).isFalse();
        fixture.personalTokens.clear();
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void passwordsAreNeverAskedFor() {
        String token = fixture.aliceToken("repository:a:pull");
        for (int i = 0; i < 100; i++) {
            fixture.accepted(token);
        }
        assertThat(fixture.users.checked()).isEmpty();
    }

    @Test
    void tokensOfARemovedKeyAreOutThoughTheyAreRemembered() throws Exception {
        String token = fixture.aliceToken("repository:a:pull");
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
        Files.write(fixture.file, KeySet.generate(fixture.clock.instant()).json());
        fixture.keys.reload();
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void keyOfAnotherInstanceIsLookedUpOnceInAWhile() throws Exception {
        KeySet others = KeySet.generate(fixture.clock.instant());
        String token = new TokenFormat(TokenFixture.SERVICE)
                .sign(
                        TokenKind.ACCESS,
                        new TokenClaims(
                                Optional.of("alice"),
                                Optional.empty(),
                                Optional.empty(),
                                TokenFixture.scopes("repository:a:pull"),
                                fixture.clock.instant(),
                                fixture.clock.instant().plusSeconds(300)),
                        others.signer(fixture.clock.instant()));
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
        Files.write(fixture.file, others.json());
        // The last look was just before.
        assertThat(fixture.show(token)).isInstanceOf(TokenRefused.class);
        fixture.clock.advance(Duration.ofSeconds(3));
        assertThat(fixture.show(token)).isInstanceOf(Accepted.class);
    }

    @Test
    void schemeIsReadInAnyCaseAndNothingElseIsTaken() {
        String token = fixture.aliceToken("repository:a:pull");
        assertThat(authenticate("bearer   " + token)).isInstanceOf(Accepted.class);
        assertThat(authenticate("Bearer")).isInstanceOf(TokenRefused.class);
        assertThat(authenticate("Bearer ")).isInstanceOf(TokenRefused.class);
        assertThat(authenticate("Basic " + token)).isInstanceOf(TokenRefused.class);
        assertThat(authenticate(token)).isInstanceOf(TokenRefused.class);
        assertThat(authenticate("Bearer " + "a".repeat(100_000))).isInstanceOf(TokenRefused.class);
    }

    private AuthenticationResult authenticate(String header) {
        return fixture.authority
                .authenticator()
                .authenticate(Optional.of(header), InetAddress.getLoopbackAddress())
                .toCompletableFuture()
                .join();
    }
}
