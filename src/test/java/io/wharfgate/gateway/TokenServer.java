package io.wharfgate.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.Challenge;
import io.wharfgate.auth.CheckLimits;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.FakeUserStore;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.PasswordTokens;
import io.wharfgate.auth.PersonalTokenReach;
import io.wharfgate.auth.SchemeAuthenticator;
import io.wharfgate.auth.Throttle;
import io.wharfgate.auth.token.TokenAuthority;
import io.wharfgate.auth.token.TokenKeys;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The pipeline with its token service, before a backend that serves everything. Users "alice" and "bob" have the password
 * "secret". The anonymous may pull what is below public/, alice everything, and bob may log in.
 */
final class TokenServer implements AutoCloseable {

    static final String SERVICE = "the \"registry\"";

    final FakeUserStore users = new FakeUserStore().with("alice", "secret").with("bob", "secret");
    volatile boolean anonymous = true;
    volatile boolean proxyTrusted;

    private final BasicAuthenticator basic = new BasicAuthenticator(
            users,
            PasswordTokens.none(),
            CheckLimits.standard(),
            BasicAuthenticator.Memory.idle(Duration.ofMinutes(5)),
            Throttle.off());
    private final Workers workers = new Workers(2);
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;

    TokenServer(Path directory, AuthConfig.Challenge challenge, Optional<URI> externalUrl) throws Exception {
        AuthConfig auth = config(directory, challenge);
        AccessPolicy policy = policy();
        TokenKeys keys = TokenKeys.open(auth.token().keys(), Duration.ofDays(30), Clock.systemUTC(), workers);
        TokenAuthority authority =
                new TokenAuthority(auth.token(), keys, users, PersonalTokenReach.none(), policy, Clock.systemUTC());
        Bodies bodies = new Bodies(new TransferBuffers(4), workers);
        Gateway gateway = new Gateway(
                new SchemeAuthenticator(basic, authority.authenticator()),
                new RegistryChallenges(auth, policy, externalUrl),
                policy,
                (exchange, call) -> Answer.status(200).text("served").send(exchange),
                AuditTrail.none());
        TokenEndpoint endpoint = new TokenEndpoint(
                authority.service(),
                new TokenEndpoint.Logins(basic, basic, Challenge.basic(auth.realm())),
                policy,
                bodies,
                AuditTrail.none());
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), 100, 65536, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(address -> proxyTrusted),
                        new RunningRequests(),
                        Duration.ofSeconds(30),
                        new PathRouter(gateway).with(TokenEndpoint.PATH, endpoint)));
    }

    private static AuthConfig config(Path directory, AuthConfig.Challenge challenge) {
        return new AuthConfig(
                "test",
                directory.resolve("htpasswd"),
                false,
                directory.resolve("access.yaml"),
                challenge,
                Duration.ofMinutes(5),
                false,
                new AuthConfig.Token(
                        directory.resolve("token-keys.json"), SERVICE, Duration.ofMinutes(5), Duration.ofDays(30)),
                directory.resolve("personal-tokens.json"));
    }

    private AccessPolicy policy() {
        return new AccessPolicy() {
            @Override
            public Decision decide(Identity identity, Access access) {
                boolean allowed = identity.equals(new Identity.User("alice"))
                        || (access instanceof Access.Ping && (anonymous || identity instanceof Identity.User))
                        || (anonymous
                                && access instanceof Access.InRepository in
                                && in.action() == Action.PULL
                                && in.repository().value().startsWith("public/"));
                return allowed ? new Decision.Allowed() : new Decision.Denied("no rule");
            }

            @Override
            public boolean admitsAnonymous() {
                return anonymous;
            }
        };
    }

    int port() {
        return server.port();
    }

    HttpResponse<String> send(String method, String path, Optional<String> authorization) throws Exception {
        return send(method, path, authorization, Optional.empty(), "");
    }

    HttpResponse<String> post(Map<String, String> form) throws Exception {
        return post(form(form));
    }

    HttpResponse<String> post(String form) throws Exception {
        return send(
                "POST", TokenEndpoint.PATH, Optional.empty(), Optional.of("application/x-www-form-urlencoded"), form);
    }

    HttpResponse<String> send(
            String method, String path, Optional<String> authorization, Optional<String> contentType, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        authorization.ifPresent(value -> request.header("Authorization", value));
        contentType.ifPresent(value -> request.header("Content-Type", value));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    static String bearer(HttpResponse<String> response) throws IOException {
        return "Bearer " + json(response).get("access_token").asText();
    }

    static String challenge(HttpResponse<String> response) {
        return response.headers().firstValue("WWW-Authenticate").orElse("none");
    }

    @Override
    public void close() {
        server.close();
        basic.close();
        workers.close();
    }
}
