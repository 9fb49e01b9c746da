package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.upstream.UpstreamConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service where clients are asked for tokens: what they send is what docker and containerd send. */
class TokenServiceTest {

    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final String BASIC = RegistryUnderTest.basic(RunningService.USER, RunningService.PASSWORD);

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private WharfgateConfig config(Optional<UpstreamConfig> upstream) throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory).plain();
        if (Files.notExists(setup.htpasswd())) {
            setup.addUser(RunningService.USER, RunningService.PASSWORD);
        }
        WharfgateConfig config = setup.config();
        ServerConfig server = config.server();
        AuthConfig auth = config.auth();
        return new WharfgateConfig(
                new ServerConfig(
                        server.listen(),
                        server.redirectHttp(),
                        Optional.empty(),
                        server.trustedProxies(),
                        server.dataDirectory(),
                        server.limits()),
                config.tls(),
                new AuthConfig(
                        auth.realm(),
                        auth.htpasswd(),
                        auth.defaultHtpasswd(),
                        auth.access(),
                        Files.exists(auth.access()) ? AuthConfig.Challenge.AUTO : AuthConfig.Challenge.BEARER,
                        auth.cacheExpiry(),
                        auth.throttle(),
                        auth.token(),
                        auth.personalTokens()),
                config.storage(),
                config.registry(),
                upstream,
                config.ops(),
                config.log());
    }

    private Wharfgate start() throws Exception {
        return start(Optional.empty());
    }

    private Wharfgate start(Optional<UpstreamConfig> upstream) throws Exception {
        Wharfgate service = Wharfgate.of(config(upstream));
        service.start();
        return service;
    }

    private HttpResponse<String> send(Wharfgate service, String method, String path, String authorization)
            throws Exception {
        return send(method, URI.create("http://127.0.0.1:" + service.port() + path), authorization, "");
    }

    private HttpResponse<String> send(String method, URI uri, String authorization, String form) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString(form));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (!form.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String challenge(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        String challenge = response.headers().firstValue("WWW-Authenticate").orElseThrow();
        assertThat(challenge).startsWith("Bearer ");
        return challenge;
    }

    private static String parameter(String challenge, String name) {
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2);
            }
        }
        throw new AssertionError("no " + name + " in " + challenge);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void dockerLogsInAndPushes() throws Exception {
        try (Wharfgate service = start()) {
            String login = challenge(send(service, "GET", "/v2/", ""));
            URI realm = URI.create(parameter(login, "realm"));
            assertThat(realm).isEqualTo(URI.create("http://127.0.0.1:" + service.port() + "/auth/token"));
            String query = "?account=" + RunningService.USER + "&client_id=docker&offline_token=true&service="
                    + encode(parameter(login, "service"));
            JsonNode answer = json(send("GET", URI.create(realm + query), BASIC, ""));
            String loggedIn = "Bearer " + answer.get("token").asText();
            assertThat(send(service, "GET", "/v2/", loggedIn).statusCode()).isEqualTo(200);

            String push = challenge(send(service, "POST", "/v2/team/a/blobs/uploads/", loggedIn));
            assertThat(parameter(push, "scope")).isEqualTo("repository:team/a:pull,push");
            assertThat(parameter(push, "error")).isEqualTo("insufficient_scope");
            String form = "grant_type=refresh_token&client_id=docker&refresh_token="
                    + answer.get("refresh_token").asText()
                    + "&service=" + encode(parameter(push, "service"))
                    + "&scope=" + encode(parameter(push, "scope"));
            String token = "Bearer "
                    + json(send("POST", realm, "", form)).get("access_token").asText();
            assertThat(send(service, "POST", "/v2/team/a/blobs/uploads/", token).statusCode())
                    .isEqualTo(202);
            assertThat(send(service, "POST", "/v2/team/b/blobs/uploads/", token).statusCode())
                    .isEqualTo(401);
            assertThat(send(service, "GET", "/v2/_catalog", token).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void containerdPostsAndFallsBackToGet() throws Exception {
        try (Wharfgate service = start()) {
            String pull = challenge(send(service, "HEAD", "/v2/team/a/manifests/latest", ""));
            URI realm = URI.create(parameter(pull, "realm"));
            String form = "client_id=containerd-client&grant_type=password&service="
                    + encode(parameter(pull, "service")) + "&username=" + RunningService.USER + "&password=";
            assertThat(send("POST", realm, "", form + "wrong").statusCode()).isEqualTo(401);
            assertThat(send("GET", realm, RegistryUnderTest.basic(RunningService.USER, "wrong"), "")
                            .statusCode())
                    .isEqualTo(401);
            String scopes = encode("repository:team/a:pull repository:team/a:pull,push");
            JsonNode answer =
                    json(send("POST", realm, "", form + encode(RunningService.PASSWORD) + "&scope=" + scopes));
            String token = "Bearer " + answer.get("access_token").asText();
            assertThat(send(service, "HEAD", "/v2/team/a/manifests/latest", token)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void rulesThatLetTheAnonymousInAskEverybodyForTokens() throws Exception {
        Files.writeString(directory.resolve("access.yaml"), """
                rules:
                  - users: anonymous
                    repositories: public/**
                    actions: [pull]
                  - users: tester
                    repositories: ["**"]
                    actions: [all]
                """);
        try (Wharfgate service = start()) {
            String pull = challenge(send(service, "GET", "/v2/public/x/tags/list", "Bearer old"));
            String query = "?service=" + encode(parameter(pull, "service")) + "&scope="
                    + encode("repository:public/x:pull,push") + "&scope=" + encode("repository:team/x:pull");
            URI uri = URI.create(parameter(pull, "realm") + query);
            JsonNode answer = json(send("GET", uri, "", ""));
            assertThat(answer.get("scope").asText()).isEqualTo("repository:public/x:pull");
            String token = "Bearer " + answer.get("token").asText();
            assertThat(send(service, "GET", "/v2/", token).statusCode()).isEqualTo(200);
            // Nothing has been pushed there, but it may be asked for.
            assertThat(send(service, "GET", "/v2/public/x/tags/list", token).statusCode())
                    .isEqualTo(404);
            String denied = challenge(send(service, "GET", "/v2/team/x/tags/list", token));
            assertThat(parameter(denied, "error")).isEqualTo("insufficient_scope");
            assertThat(json(send("GET", uri, BASIC, "")).get("scope").asText())
                    .isEqualTo("repository:public/x:pull,push repository:team/x:pull");
        }
    }

    @Test
    void anonymousGetNoTokenWhereEverybodyMustLogIn() throws Exception {
        try (Wharfgate service = start()) {
            HttpResponse<String> response =
                    send(service, "GET", "/auth/token?scope=" + encode("repository:a:pull"), "");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Basic ");
        }
    }

    @Test
    void tokensOutliveARestartAsTheKeysDo() throws Exception {
        String token;
        try (Wharfgate service = start()) {
            token = json(send(service, "GET", "/auth/token", BASIC))
                    .get("token")
                    .asText();
        }
        Path keys = directory.resolve("token-keys.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rw-------");
        try (Wharfgate service = start()) {
            assertThat(send(service, "GET", "/v2/", "Bearer " + token).statusCode())
                    .isEqualTo(200);
        }
        Files.delete(keys);
        try (Wharfgate service = start()) {
            assertThat(send(service, "GET", "/v2/", "Bearer " + token).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void brokenKeysAreAMistakeOfTheConfiguration() throws Exception {
        Files.writeString(directory.resolve("token-keys.json"), "{}");
        Wharfgate service = Wharfgate.of(config(Optional.empty()));
        assertThatThrownBy(service::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("auth.token.keys: ")
                .hasMessageContaining("token-keys.json");
    }

    @Test
    void gatewayAnswersForTokensItself() throws Exception {
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer realm=\"https://evil.example.com/token\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        upstream.start();
        URI address = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());
        try (Wharfgate service = start(Optional.of(forwardTo(address)))) {
            String token = json(send(service, "GET", "/auth/token?scope=" + encode("repository:a:pull"), BASIC))
                    .get("token")
                    .asText();
            String challenge = challenge(send(service, "GET", "/v2/a/tags/list", "Bearer " + token));
            assertThat(parameter(challenge, "realm")).isEqualTo("http://127.0.0.1:" + service.port() + "/auth/token");
        } finally {
            upstream.stop(0);
        }
    }

    private static UpstreamConfig forwardTo(URI address) {
        return new UpstreamConfig(
                Optional.of(new UpstreamConfig.Registry(
                        List.of(address),
                        Optional.empty(),
                        new UpstreamConfig.Tls(Optional.empty(), Optional.empty()),
                        new UpstreamConfig.Headers(
                                Optional.empty(),
                                Optional.empty(),
                                UpstreamConfig.Rules.NONE,
                                UpstreamConfig.Rules.NONE),
                        new UpstreamConfig.Limits(
                                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), 16, false),
                        new UpstreamConfig.Health("/v2/", Duration.ofSeconds(5), Duration.ofSeconds(5), 1))),
                Map.of(),
                List.of());
    }
}
