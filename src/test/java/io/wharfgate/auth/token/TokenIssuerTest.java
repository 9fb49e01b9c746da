package io.wharfgate.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.TokenRefused;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Scope;
import io.wharfgate.auth.TokenService.Issued;
import io.wharfgate.oci.RepositoryName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {

    private static final Login ALICE = Login.byPassword("alice");

    private TokenFixture fixture;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        fixture = new TokenFixture(directory);
    }

    private static Access to(Action action, String name) {
        return new Access.InRepository(action, new RepositoryName(name));
    }

    private String granted(Login login, String asked) {
        return fixture.issue(login, asked).granted().stream().map(Scope::text).collect(Collectors.joining(" "));
    }

    @Test
    void tokenSaysWhatDockersSpecificationWants() throws Exception {
        Issued issued = fixture.issue(ALICE, "repository:team/app:pull,push registry:catalog:*");
        SignedJWT token = SignedJWT.parse(issued.token().reveal());
        assertThat(token.getHeader().toJSONObject())
                .containsEntry("typ", "JWT")
                .containsEntry("alg", "ES256")
                .containsEntry("kid", fixture.keys.current().signer(Instant.MAX).id())
                .hasSize(3);
        JWTClaimsSet claims = token.getJWTClaimsSet();
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        assertThat(claims.getIssuer()).isEqualTo(TokenFixture.SERVICE);
        assertThat(claims.getAudience()).containsExactly(TokenFixture.SERVICE);
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getNotBeforeTime()).isEqualTo(now);
        assertThat(claims.getIssueTime()).isEqualTo(now);
        assertThat(claims.getExpirationTime()).isEqualTo(now.plus(TokenFixture.EXPIRY));
        assertThat(claims.getJWTID()).hasSize(22);
        assertThat(claims.getClaim("access"))
                .isEqualTo(List.of(
                        Map.of("type", "registry", "name", "catalog", "actions", List.of("*")),
                        Map.of("type", "repository", "name", "team/app", "actions", List.of("pull", "push"))));
        assertThat(issued.lifetime()).isEqualTo(TokenFixture.EXPIRY);
        assertThat(issued.issuedAt()).isEqualTo(now);
        assertThat(issued.toString()).doesNotContain(issued.token().reveal());
    }

    @Test
    void onlyWhatIsAllowedIsGranted() {
        fixture.denied.add("PUSH");
        assertThat(granted(ALICE, "repository:a:pull,push repository:b:push repository:c:*"))
                .isEqualTo("repository:a:pull repository:c:pull,delete");
        assertThat(granted(Login.anonymous(), "repository:a:pull,push,delete registry:catalog:*"))
                .isEqualTo("repository:a:pull");
    }

    @Test
    void nothingIsNoError() {
        fixture.denied.add("");
        assertThat(granted(ALICE, "repository:a:pull what::ever")).isEmpty();
        assertThat(fixture.accepted(fixture.aliceToken("repository:a:pull"))
                        .reach()
                        .covers(new Access.Ping()))
                .isTrue();
    }

    @Test
    void brokenPolicyGrantsNothing() {
        fixture.policyBroken = true;
        assertThat(granted(ALICE, "repository:a:pull registry:catalog:*")).isEmpty();
    }

    @Test
    void scopesOfOneRepositoryAreMerged() {
        assertThat(granted(ALICE, "repository:a:pull repository:b:pull repository:a:push,pull"))
                .isEqualTo("repository:a:pull,push repository:b:pull");
    }

    @Test
    void reachOfAPersonalTokenLimitsWhatIsGranted() {
        fixture.personalTokens.put("alice/t1", access -> access.equals(to(Action.PULL, "a")));
        assertThat(granted(
                        fixture.byPersonalToken("t1"), "repository:a:pull,push repository:b:pull registry:catalog:*"))
                .isEqualTo("repository:a:pull");
    }

    @Test
    void tokenStaysShortHoweverMuchIsAskedFor() {
        String asked = IntStream.range(0, 500)
                .mapToObj(i -> "repository:r" + i + ":pull,push,delete")
                .collect(Collectors.joining(" "));
        Issued issued = fixture.issue(ALICE, asked);
        assertThat(issued.granted()).hasSizeBetween(20, 60);
        assertThat(issued.token().reveal().length()).isLessThan(TokenFormat.LONGEST);
        Login login = fixture.accepted(issued.token().reveal());
        assertThat(login.reach().covers(to(Action.DELETE, "r0"))).isTrue();
        assertThat(login.reach().covers(to(Action.PULL, "r499"))).isFalse();
    }

    @Test
    void refreshTokenNamesItsOwner() {
        String refresh = fixture.issue(ALICE, "").refreshToken().orElseThrow().reveal();
        assertThat(fixture.redeem(refresh)).isEqualTo(new Accepted(ALICE));
    }

    @Test
    void refreshTokenIsForThoseWhoAskAndForUsersOnly() {
        assertThat(fixture.authority.service().issue(ALICE, List.of(), false).refreshToken())
                .isEmpty();
        assertThat(fixture.issue(Login.anonymous(), "").refreshToken()).isEmpty();
    }

    @Test
    void refreshTokenEndsWithItsOwnersPassword() {
        String refresh = fixture.issue(ALICE, "").refreshToken().orElseThrow().reveal();
        fixture.users.with("alice", "secret");
        assertThat(fixture.redeem(refresh)).isInstanceOf(TokenRefused.class);
        fixture.users.remove("alice");
        assertThat(fixture.redeem(refresh)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void refreshTokenExpires() {
        String refresh = fixture.issue(ALICE, "").refreshToken().orElseThrow().reveal();
        fixture.clock.advance(TokenFixture.REFRESH_EXPIRY.minusSeconds(1));
        assertThat(fixture.redeem(refresh)).isNotInstanceOf(TokenRefused.class);
        fixture.clock.advance(Duration.ofSeconds(31));
        assertThat(fixture.redeem(refresh)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void refreshTokenOfAPersonalTokenEndsWithThatAlone() {
        fixture.personalTokens.put("alice/t1", access -> access.equals(to(Action.PULL, "a")));
        String refresh = fixture.issue(fixture.byPersonalToken("t1"), "")
                .refreshToken()
                .orElseThrow()
                .reveal();
        fixture.users.with("alice", "another");
        Login login = ((Accepted) fixture.redeem(refresh)).login();
        assertThat(login.credential()).isEqualTo(new Credential.PersonalToken("t1"));
        assertThat(login.identity()).isEqualTo(new Identity.User("alice"));
        assertThat(login.reach().covers(to(Action.PUSH, "a"))).isFalse();
        fixture.personalTokens.clear();
        assertThat(fixture.redeem(refresh)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void accessTokenIsNoRefreshTokenAndTheOtherWayRound() {
        Issued issued = fixture.issue(ALICE, "repository:a:pull");
        assertThat(fixture.redeem(issued.token().reveal())).isInstanceOf(TokenRefused.class);
        assertThat(fixture.show(issued.refreshToken().orElseThrow().reveal())).isInstanceOf(TokenRefused.class);
    }

    @Test
    void withATokenNobodyGetsAnother() {
        Login login = fixture.accepted(fixture.aliceToken("repository:a:pull"));
        assertThatThrownBy(() -> fixture.issue(login, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
