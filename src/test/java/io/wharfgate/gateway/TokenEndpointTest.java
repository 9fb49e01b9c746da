package io.wharfgate.gateway;

import static io.wharfgate.gateway.TokenServer.basic;
import static io.wharfgate.gateway.TokenServer.bearer;
import static io.wharfgate.gateway.TokenServer.challenge;
import static io.wharfgate.gateway.TokenServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.http.TestServer.RawClient;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEndpointTest {

    private static final Optional<String> ALICE = Optional.of(basic("alice", "secret"));
    private static final Optional<String> NOBODY = Optional.empty();
    private static final String SERVICE = "service=" + TokenServer.encode(TokenServer.SERVICE);
    private static final String BASIC = "Basic realm=\"test\", charset=\"UTF-8\"";

    private TokenServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new TokenServer(directory, AuthConfig.Challenge.AUTO, Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String query, Optional<String> authorization) throws Exception {
        return server.send("GET", TokenEndpoint.PATH + "?" + query, authorization);
    }

    private int status(String path, Optional<String> authorization) throws Exception {
        return server.send("GET", path, authorization).statusCode();
    }

    @Test
    void answerHasTheFormOfDockersSpecification() throws Exception {
        HttpResponse<String> response = get(SERVICE + "&scope=repository:team/app:pull,push&client_id=docker", ALICE);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode answer = json(response);
        assertThat(answer.fieldNames())
                .toIterable()
                .containsExactly("token", "access_token", "scope", "expires_in", "issued_at");
        assertThat(answer.get("token")).isEqualTo(answer.get("access_token"));
        assertThat(answer.get("expires_in").intValue()).isEqualTo(300);
        assertThat(answer.get("scope").asText()).isEqualTo("repository:team/app:pull,push");
        Instant issued =
                DateTimeFormatter.ISO_INSTANT.parse(answer.get("issued_at").asText(), Instant::from);
        assertThat(Duration.between(issued, Instant.now())).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    @Test
    void severalScopesComeRepeatedOrParted() throws Exception {
        JsonNode answer =
                json(get("scope=repository:a:pull&scope=repository%3Ab%3Apush+registry%3Acatalog%3A*", ALICE));
        assertThat(answer.get("scope").asText()).isEqualTo("registry:catalog:* repository:a:pull repository:b:push");
    }

    @Test
    void subsetIsGrantedAndNothingIsNoError() throws Exception {
        HttpResponse<String> response = get("scope=repository:public/x:pull,push&scope=repository:team/x:pull", NOBODY);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("scope").asText()).isEqualTo("repository:public/x:pull");
        response = get("scope=repository:team/x:pull&scope=nonsense", Optional.of(basic("bob", "secret")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("scope").asText()).isEmpty();
    }

    @Test
    void anonymousGetTokensOnlyWhereTheRulesLetThemIn() throws Exception {
        assertThat(get("", NOBODY).statusCode()).isEqualTo(200);
        server.anonymous = false;
        HttpResponse<String> response = get("", NOBODY);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).isEqualTo(BASIC);
    }

    @ParameterizedTest
    @CsvSource({"alice, wrong", "mallory, secret", "'', secret"})
    void wrongCredentials(String user, String password) throws Exception {
        HttpResponse<String> byGet = get("", Optional.of(basic(user, password)));
        HttpResponse<String> byPost =
                server.post(Map.of("grant_type", "password", "username", user, "password", password));
        for (HttpResponse<String> response : java.util.List.of(byGet, byPost)) {
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(challenge(response)).isEqualTo(BASIC);
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            JsonNode error = json(response);
            assertThat(error.at("/errors/0/code").asText()).isEqualTo("UNAUTHORIZED");
            assertThat(error.get("error_description").asText()).isEqualTo("user name or password is wrong");
        }
        assertThat(json(byGet).get("error").asText()).isEqualTo("invalid_client");
        assertThat(json(byPost).get("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void passwordsInAQueryAreNotRead() throws Exception {
        server.anonymous = false;
        assertThat(get("grant_type=password&username=alice&password=secret&account=alice", NOBODY)
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.users.checked()).isEmpty();
    }

    @Test
    void withATokenNobodyGetsAnother() throws Exception {
        String token = bearer(get("scope=repository:a:pull", ALICE));
        HttpResponse<String> response = get("scope=repository:a:push", Optional.of(token));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).isEqualTo(BASIC);
        response = server.post(
                Map.of("grant_type", "refresh_token", "refresh_token", token.substring("Bearer ".length())));
        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void otherServiceHasItsTokensElsewhere() throws Exception {
        assertThat(get("service=other.example.com", ALICE).statusCode()).isEqualTo(400);
        HttpResponse<String> response = server.post(
                Map.of("grant_type", "password", "username", "alice", "password", "secret", "service", "other"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).get("error").asText()).isEqualTo("invalid_request");
        assertThat(get(SERVICE, ALICE).statusCode()).isEqualTo(200);
    }

    @Test
    void passwordGrantOfContainerd() throws Exception {
        HttpResponse<String> response = server.post(Map.of(
                "client_id", "containerd-client",
                "grant_type", "password",
                "service", TokenServer.SERVICE,
                "username", "alice",
                "password", "secret",
                "scope", "repository:team/app:pull repository:team/app:pull,push repository:other:pull"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("scope").asText())
                .isEqualTo("repository:team/app:pull,push repository:other:pull");
        assertThat(json(response).has("refresh_token")).isFalse();
        assertThat(server.send("PUT", "/v2/team/app/manifests/latest", Optional.of(bearer(response)))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refreshTokenOfDockersLoginIsGoodForScopesToCome() throws Exception {
        String refresh = json(get("offline_token=true&client_id=docker&account=alice", ALICE))
                .get("refresh_token")
                .asText();
        HttpResponse<String> response = server.post(Map.of(
                "grant_type", "refresh_token",
                "refresh_token", refresh,
                "service", TokenServer.SERVICE,
                "client_id", "dockerengine",
                "scope", "repository:team/app:pull"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("refresh_token").asText()).isEqualTo(refresh);
        assertThat(status("/v2/team/app/tags/list", Optional.of(bearer(response))))
                .isEqualTo(200);
        assertThat(status("/v2/team/app/tags/list", Optional.of("Bearer " + refresh)))
                .isEqualTo(401);
        assertThat(server.users.checked()).hasSize(1);

        server.users.with("alice", "another");
        response = server.post(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(json(response).get("error").asText()).isEqualTo("invalid_grant");
        assertThat(json(response).get("error_description").asText()).contains("log in again");
    }

    @Test
    void refreshTokenByFormIsForThoseWhoAsk() throws Exception {
        Map<String, String> form =
                Map.of("grant_type", "password", "username", "alice", "password", "secret", "access_type", "offline");
        assertThat(json(server.post(form)).has("refresh_token")).isTrue();
        assertThat(json(get("offline_token=true", NOBODY)).has("refresh_token")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | unsupported_grant_type",
                "grant_type=authorization_code&code=1 | unsupported_grant_type",
                "grant_type=password&username=alice | invalid_request",
                "grant_type=password&password=secret | invalid_request",
                "grant_type=refresh_token | invalid_request",
                "grant_type=password&username=alice&username=bob&password=secret | invalid_request",
                "grant_type=password&username=%zz&password=secret | invalid_request",
            })
    void formsThatCannotBeRead(String form, String error) throws Exception {
        HttpResponse<String> response = server.post(form);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).get("error").asText()).isEqualTo(error);
        assertThat(json(response).get("errors").size()).isEqualTo(1);
    }

    @Test
    void formHasToBeOneAndSmall() throws Exception {
        Optional<String> json = Optional.of("application/json");
        assertThat(server.send("POST", TokenEndpoint.PATH, NOBODY, json, "{}").statusCode())
                .isEqualTo(400);
        Optional<String> form = Optional.of("Application/X-WWW-form-urlencoded; charset=utf-8");
        String fields = "grant_type=password&username=alice&password=secret";
        assertThat(server.send("POST", TokenEndpoint.PATH, NOBODY, form, fields).statusCode())
                .isEqualTo(200);
        assertThat(server.post(fields + "&pad=" + "a".repeat(64 * 1024)).statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PUT", "DELETE", "OPTIONS"})
    void otherMethods(String method) throws Exception {
        HttpResponse<String> response = server.send(method, TokenEndpoint.PATH, ALICE);
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, POST");
    }

    @Test
    void twoAuthorizationHeadersAreRefused() throws Exception {
        try (RawClient client = new RawClient(new Socket(InetAddress.getLoopbackAddress(), server.port()))) {
            client.send("GET " + TokenEndpoint.PATH + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + ALICE.get()
                    + "\r\nAuthorization: " + basic("bob", "secret") + "\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void floodOfChecksIsToldToComeBack() throws Exception {
        server.users.hold();
        try {
            var waiting = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                        try {
                            return get("", Optional.of(basic("alice", "guess" + i)));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }))
                    .toList();
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                HttpResponse<String> response =
                        server.send("GET", TokenEndpoint.PATH, Optional.of(basic("alice", "one more")));
                assertThat(response.statusCode()).isEqualTo(429);
                assertThat(response.headers().firstValue("Retry-After")).contains("5");
            });
            server.users.release();
            waiting.forEach(java.util.concurrent.CompletableFuture::join);
        } finally {
            server.users.release();
        }
    }
}
