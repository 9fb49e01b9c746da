package io.wharfgate.upstream;

import static io.wharfgate.upstream.ScriptedTransport.answer;
import static io.wharfgate.upstream.ScriptedTransport.challenge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.oci.RegistryException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnCredentialsTest {

    private static final String BASIC = "Basic cm9ib3Q6cGE6c3M=";
    private static final List<String> PULL = List.of("repository:a/b:pull");
    private static final String BEARER = "Bearer realm=\"https://registry.example:5001/token?x=1\",service=\"the hub\"";
    private static final String TOKEN_URL =
            "https://registry.example:5001/token?x=1&service=the%20hub&scope=repository%3Aa%2Fb%3Apull ";
    private static final String PING = "https://registry.example:5000/v2/ -";

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger tokens = new AtomicInteger();
    private final ScriptedTransport transport =
            new ScriptedTransport(request -> request.target().startsWith("/v2/") ? challenge(BEARER) : token(300));
    private final OwnCredentials credentials = credentials("https://registry.example:5000", "auth.example");

    @Test
    void openUpstreamGetsNoPassword() {
        transport.now(request -> answer(200, "{}"));
        assertThat(value(PULL)).isEmpty();
        assertThat(value(List.of())).isEmpty();
        assertThat(transport.seen()).containsExactly(PING);
    }

    @Test
    void basicIsSentOnceItIsAskedFor() {
        transport.now(request -> challenge("Basic realm=\"r\""));
        assertThat(value(PULL)).contains(BASIC);
        assertThat(value(List.of())).contains(BASIC);
        assertThat(transport.seen()).containsExactly(PING);
    }

    @Test
    void wrongPasswordIsNotTriedAgain() {
        transport.now(request -> challenge("Basic realm=\"r\""));
        assertThat(refused(PULL, value(PULL), "Basic realm=\"r\"")).isFalse();
        assertThat(transport.seen()).containsExactly(PING);
    }

    @Test
    void tokenIsFetchedWithThePasswordAndKept() {
        assertThat(value(PULL)).contains("Bearer t1");
        assertThat(value(PULL)).contains("Bearer t1");
        assertThat(transport.seen()).containsExactly(PING, TOKEN_URL + BASIC);
        assertThat(value(List.of("repository:a/b:pull,push", "repository:c:pull")))
                .contains("Bearer t2");
        assertThat(transport.seen())
                .containsExactly("https://registry.example:5001/token?x=1&service=the%20hub"
                        + "&scope=repository%3Aa%2Fb%3Apull%2Cpush&scope=repository%3Ac%3Apull " + BASIC);
    }

    @ParameterizedTest
    @CsvSource({"300, 269, 271", "40, 29, 31", "0, 44, 46", "-5, 44, 46"})
    void tokenIsRenewedShortlyBeforeItEnds(int lifetime, int before, int after) {
        transport.now(request -> request.target().startsWith("/v2/") ? challenge(BEARER) : token(lifetime));
        assertThat(value(PULL)).contains("Bearer t1");
        advance(before);
        assertThat(value(PULL)).contains("Bearer t1");
        advance(after - before);
        assertThat(value(PULL)).contains("Bearer t2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"x\"}",
                "{\"token\":\"x\",\"expires_in\":\"q\"}",
                "{\"token\":\"\",\"access_token\":\"x\"}"
            })
    void lifetimeIsAMinuteUnlessSaid(String body) {
        transport.now(request -> request.target().startsWith("/v2/") ? challenge(BEARER) : answer(200, body));
        assertThat(value(PULL)).contains("Bearer x");
        transport.seen();
        advance(44);
        assertThat(value(PULL)).contains("Bearer x");
        assertThat(transport.seen()).isEmpty();
        advance(2);
        assertThat(value(PULL)).contains("Bearer x");
        assertThat(transport.seen()).hasSize(1);
    }

    @Test
    void whoAsksAtTheSameTimeShares() {
        CompletableFuture<Transport.Fetched> ping = new CompletableFuture<>();
        CompletableFuture<Transport.Fetched> token = new CompletableFuture<>();
        transport.later(request -> request.target().startsWith("/v2/") ? ping : token);
        var first = credentials.of(PULL).toCompletableFuture();
        var second = credentials.of(PULL).toCompletableFuture();
        assertThat(transport.seen()).containsExactly(PING);
        ping.complete(challenge(BEARER));
        assertThat(transport.seen()).hasSize(1);
        assertThat(first).isNotDone();
        token.complete(token(60));
        assertThat(first.join()).contains("Bearer t1");
        assertThat(second.join()).contains("Bearer t1");
    }

    @Test
    void refusedTokenIsDroppedOnce() {
        Optional<String> old = value(PULL);
        assertThat(refused(PULL, old, BEARER + ",error=\"invalid_token\"")).isTrue();
        assertThat(value(PULL)).contains("Bearer t2");
        assertThat(refused(PULL, old, BEARER)).isTrue();
        assertThat(value(PULL)).contains("Bearer t2");
    }

    @Test
    void scopeThatIsDemandedIsLearned() {
        String demand = BEARER + ",scope=\"repository:a/b:metadata_read\",error=\"insufficient_scope\"";
        assertThat(refused(PULL, value(PULL), demand)).isTrue();
        transport.seen();
        assertThat(value(PULL)).contains("Bearer t2");
        assertThat(transport.seen())
                .containsExactly(TOKEN_URL.strip() + "&scope=repository%3Aa%2Fb%3Ametadata_read " + BASIC);
        assertThat(refused(PULL, value(PULL), demand)).isFalse();
    }

    @Test
    void forgedHostOfAForwardedRequestMovesNoTokenService() {
        Optional<String> old = value(PULL);
        transport.seen();
        refused(PULL, old, "Bearer realm=\"https://auth.example/other\",service=\"x\"");
        assertThat(value(PULL)).contains("Bearer t2");
        assertThat(transport.seen()).containsExactly(TOKEN_URL + BASIC);
    }

    @Test
    void upstreamThatChangesItsMindIsAskedAgain() {
        transport.now(request -> answer(200, "{}"));
        assertThat(value(PULL)).isEmpty();
        transport.now(request -> challenge("Basic realm=\"r\""));
        assertThat(refused(PULL, Optional.empty(), "Basic realm=\"r\"")).isTrue();
        assertThat(value(PULL)).contains(BASIC);
        transport.now(request -> request.target().startsWith("/v2/") ? challenge(BEARER) : token(300));
        assertThat(refused(PULL, Optional.of(BASIC), BEARER)).isTrue();
        assertThat(value(PULL)).contains("Bearer t1");
        transport.now(request -> challenge("Basic realm=\"r\""));
        assertThat(refused(PULL, Optional.of("Bearer t1"), "Basic realm=\"r\"")).isTrue();
        assertThat(value(PULL)).contains(BASIC);
    }

    @Test
    void upstreamWithAnOpenPingIsBelievedLater() {
        transport.now(request -> request.target().startsWith("/v2/") ? answer(200, "{}") : token(300));
        assertThat(value(PULL)).isEmpty();
        assertThat(refused(PULL, Optional.empty(), BEARER)).isTrue();
        assertThat(value(PULL)).contains("Bearer t1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/token",
                "http://registry.example:5001/token",
                "https://registry.example.evil.example/token",
                "https://registry.example@evil.example/token",
                "https://u:p@registry.example/token",
                "https://evil.example\\@registry.example/token",
                "//registry.example/token",
                "/token",
                "ftp://registry.example/token",
                "https://registry.example:99999/token",
                "https:registry.example",
                "https://[::1",
                "",
                "a b\r\nc",
            })
    void passwordGoesToNoForeignRealm(String realm) {
        transport.now(request -> challenge("Bearer realm=\"" + realm + "\""));
        assertThat(value(PULL)).isEmpty();
        assertThat(refused(PULL, Optional.empty(), "Bearer realm=\"" + realm + "\""))
                .isFalse();
        assertThat(transport.seen()).allMatch(PING::equals);
    }

    @ParameterizedTest
    @CsvSource({
        "https://r.example,     https://AUTH.example/t,           https://AUTH.example/t",
        "https://r.example,     https://port.example:8443/t,      https://port.example:8443/t",
        "http://r.example,      http://r.example:81,              http://r.example:81/",
        "http://[::1]:5000,     'http://[::1]:5001/t',            'http://[::1]:5001/t'",
    })
    void trustedRealms(String upstream, String realm, String asked) {
        transport.now(request ->
                request.target().startsWith("/v2/") ? challenge("Bearer realm=\"" + realm + "\"") : token(60));
        OwnCredentials own = credentials(upstream, "auth.example", "port.example:8443");
        assertThat(own.of(List.of()).toCompletableFuture().join()).contains("Bearer t1");
        assertThat(transport.seen().get(1)).isEqualToIgnoringCase(asked + " " + BASIC);
    }

    @Test
    void portOfATrustedRealmCounts() {
        transport.now(request -> challenge("Bearer realm=\"https://port.example:9/t\""));
        OwnCredentials own = credentials("https://r.example", "port.example:8443");
        assertThat(own.of(PULL).toCompletableFuture().join()).isEmpty();
    }

    @Test
    void basicIsTakenWhereTheRealmIsForeign() {
        transport.now(request -> challenge("Bearer realm=\"https://evil.example/\", Basic realm=\"r\""));
        assertThat(value(PULL)).contains(BASIC);
    }

    @ParameterizedTest
    @CsvSource({
        "401, '{}'",
        "302, '{}'",
        "500, <html>",
        "200, '{}'",
        "200, '[]'",
        "200, ''",
        "200, '{\"token\":\"a b\"}'",
        "200, '{\"token\":\"a\\r\\nX: y\"}'",
        "200, '{\"token\":{\"a\":1}}'",
    })
    void failureIsToldAndNotRepeatedAtOnce(int status, String body) {
        transport.now(request -> request.target().startsWith("/v2/") ? challenge(BEARER) : answer(status, body));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> value(PULL)).hasCauseInstanceOf(RegistryException.class);
        }
        assertThat(transport.seen()).hasSize(2);
        transport.now(request -> token(300));
        advance(6);
        assertThat(value(PULL)).contains("Bearer t1");
    }

    @Test
    void tokenThatIsGoodStillOutlivesItsService() {
        assertThat(value(PULL)).contains("Bearer t1");
        transport.later(request -> CompletableFuture.failedStage(new java.io.IOException("down")));
        advance(280);
        assertThat(value(PULL)).contains("Bearer t1");
        advance(21);
        assertThatThrownBy(() -> value(PULL)).hasCauseInstanceOf(RegistryException.class);
    }

    @Test
    void upstreamThatCannotBeAskedIsAskedAgain() {
        transport.later(request -> {
            throw new IllegalStateException("closed");
        });
        assertThat(value(PULL)).isEmpty();
        transport.now(request -> answer(503, ""));
        assertThat(value(PULL)).isEmpty();
        transport.now(request -> challenge("Basic realm=\"r\""));
        assertThat(value(PULL)).contains(BASIC);
    }

    @Test
    void nothingShowsAPassword() {
        value(PULL);
        assertThat(transport.requests.toString()).doesNotContain("cm9ib3Q", "pa:ss", "t1");
    }

    private OwnCredentials credentials(String upstream, String... tokenRealms) {
        UpstreamConfig.Registry registry = Upstreamed.registry(Upstreamed.PLAIN, upstream);
        return new OwnCredentials(
                registry,
                Upstreamed.login(tokenRealms),
                () -> Optional.of(HttpHost.create(registry.addresses().get(0))),
                transport,
                clock::get);
    }

    private Transport.Fetched token(int lifetime) {
        return answer(200, "{\"token\":\"t" + tokens.incrementAndGet() + "\",\"expires_in\":" + lifetime + "}");
    }

    private Optional<String> value(List<String> scopes) {
        return credentials.of(scopes).toCompletableFuture().join();
    }

    private boolean refused(List<String> scopes, Optional<String> value, String challenge) {
        return credentials
                .refused(scopes, value, List.of(challenge))
                .toCompletableFuture()
                .join();
    }

    private void advance(int seconds) {
        clock.addAndGet(seconds * 1_000_000_000L);
    }
}
