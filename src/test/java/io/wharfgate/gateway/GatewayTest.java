package io.wharfgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.oci.RepositoryName;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest {

    private static final String DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private static final String UUID = "6b3c9a93-af5d-473f-a4ff-9710022185cd";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Queue<RegistryCall> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Access> asked = new ConcurrentLinkedQueue<>();
    private AccessPolicy policy = AccessPolicy.everyUser();
    private HttpServer server;

    /** "alice" is right, "slow" is right but takes a thread to find out, "busy" meets a full queue, anything else is wrong. */
    private static final Authenticator AUTHENTICATOR = (header, client) -> {
        if (header.isEmpty()) {
            return CompletableFuture.completedStage(new AuthenticationResult.Accepted(Login.anonymous()));
        }
        return switch (header.get()) {
            case "alice" ->
                CompletableFuture.completedStage(new AuthenticationResult.Accepted(Login.byPassword("alice")));
            case "slow" ->
                CompletableFuture.supplyAsync(() -> new AuthenticationResult.Accepted(Login.byPassword("slow")));
            case "busy" -> CompletableFuture.completedStage(new AuthenticationResult.Overloaded(7));
            case "broken" -> CompletableFuture.failedStage(new IllegalStateException("secret cause"));
            default -> CompletableFuture.completedStage(new AuthenticationResult.Rejected("no such user"));
        };
    };

    @BeforeEach
    void start() throws Exception {
        Backend backend = (HttpServerExchange exchange, RegistryCall call) -> {
            calls.add(call);
            Answer.status(200).text("served").send(exchange);
        };
        AccessPolicy watched = (identity, access) -> {
            asked.add(access);
            return policy.decide(identity, access);
        };
        Gateway gateway = new Gateway(
                AUTHENTICATOR, Challenges.always("Basic realm=\"test\""), watched, backend, AuditTrail.none());
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), 100, 65536, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(a -> false),
                        new RunningRequests(),
                        java.time.Duration.ofSeconds(30),
                        new PathRouter(gateway)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void backendIsToldWhetherTheUserMayPullAll() throws Exception {
        send("GET", "/v2/", "alice");
        assertThat(calls.remove().rights().mayPullAll()).isTrue();
        policy = (identity, access) ->
                access instanceof Access.Everywhere ? new Decision.Denied("not all") : new Decision.Allowed();
        send("GET", "/v2/", "alice");
        assertThat(calls.remove().rights().mayPullAll()).isFalse();
    }

    @Test
    void anonymousClientIsChallenged() throws Exception {
        HttpResponse<String> response = send("GET", "/v2/", null);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"test\"");
        assertThat(response.headers().firstValue("Docker-Distribution-Api-Version"))
                .contains("registry/2.0");
        assertThat(response.body()).contains("\"code\":\"UNAUTHORIZED\"");
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"alice", "slow"})
    void knownUserReachesTheBackend(String user) throws Exception {
        assertThat(send("GET", "/v2/", user).body()).isEqualTo("served");
        assertThat(calls).hasSize(1);
    }

    @Test
    void wrongCredentialsAreToldNothingButThat() throws Exception {
        HttpResponse<String> response = send("GET", "/v2/a/tags/list", "mallory");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("user name or password is wrong").doesNotContain("no such user");
        assertThat(calls).isEmpty();
    }

    @Test
    void fullQueueOfPasswordChecksAsksToComeBack() throws Exception {
        HttpResponse<String> response = send("GET", "/v2/", "busy");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After")).contains("7");
    }

    @Test
    void brokenAuthenticatorLetsNobodyIn() throws Exception {
        HttpResponse<String> response = send("GET", "/v2/", "broken");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("requestId").doesNotContain("secret cause");
        assertThat(calls).isEmpty();
    }

    @Test
    void brokenPolicyLetsNobodyIn() throws Exception {
        policy = (identity, access) -> {
            throw new IllegalStateException("rules are gone");
        };
        assertThat(send("GET", "/v2/a/tags/list", "alice").statusCode()).isEqualTo(403);
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/v2/UPPER/tags/list", "/v2/a%2Fb/tags/list", "/v2/a/blobs/sha256:nonsense", "/v2/../nowhere"})
    void whatIsWrongWithAPathIsForUsersOnly(String path) throws Exception {
        assertThat(send("GET", path, null).statusCode()).isEqualTo(401);
        assertThat(send("GET", path, "mallory").statusCode()).isEqualTo(401);
        assertThat(send("GET", path, "alice").statusCode()).isIn(400, 404);
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v2/,                              PING",
        "GET,    /v2/_catalog,                      CATALOG",
        "GET,    /v2/a/tags/list,                   PULL",
        "GET,    /v2/a/manifests/latest,            PULL",
        "HEAD,   /v2/a/manifests/latest,            PULL",
        "PUT,    /v2/a/manifests/latest,            PUSH",
        "DELETE, /v2/a/manifests/latest,            DELETE",
        "GET,    /v2/a/blobs/" + DIGEST + ",        PULL",
        "HEAD,   /v2/a/blobs/" + DIGEST + ",        PULL",
        "DELETE, /v2/a/blobs/" + DIGEST + ",        DELETE",
        "POST,   /v2/a/blobs/uploads/,              PUSH",
        "GET,    /v2/a/blobs/uploads/" + UUID + ",  PUSH",
        "PATCH,  /v2/a/blobs/uploads/" + UUID + ",  PUSH",
        "PUT,    /v2/a/blobs/uploads/" + UUID + ",  PUSH",
        "DELETE, /v2/a/blobs/uploads/" + UUID + ",  PUSH",
        "BREW,   /v2/a/manifests/latest,            PUSH",
        "GET,    /v2/_extension/search,             PULL EVERYWHERE",
        "POST,   /v2/_extension/search,             PUSH EVERYWHERE",
        "DELETE, /v2/a/b,                           DELETE EVERYWHERE",
    })
    void deniedRequestReachesNoBackend(String method, String path, String action) throws Exception {
        policy = (identity, access) -> action.equals(actionOf(access)) && identity instanceof Identity.User
                ? new Decision.Denied("rule 3")
                : new Decision.Allowed();
        HttpResponse<String> response = send(method, path, "alice");
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(actionOf(asked.element())).isEqualTo(action);
        assertThat(calls).isEmpty();
        if (!method.equals("HEAD")) {
            assertThat(response.body()).contains("\"code\":\"DENIED\"", "rule 3");
        }
    }

    private static String actionOf(Access access) {
        if (access instanceof Access.InRepository in) {
            return in.action().name();
        }
        if (access instanceof Access.Everywhere everywhere) {
            return everywhere.action() + " EVERYWHERE";
        }
        return access.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }

    @Test
    void backendMayAskForWhatElseTheUserMayRead() throws Exception {
        policy = (identity, access) -> access.equals(Access.to(Action.PULL, new RepositoryName("secret")))
                ? new Decision.Denied("no")
                : new Decision.Allowed();
        send("POST", "/v2/a/blobs/uploads/?mount=" + DIGEST + "&from=secret", "alice");
        RegistryCall call = calls.element();
        assertThat(call.rights().mayPull(new RepositoryName("secret"))).isFalse();
        assertThat(call.rights().mayPull(new RepositoryName("open"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/_ping, 200",
        "/v1/_ping, 200",
        "/, 200",
        "/v1/search, 404",
        "/v1/repositories/x/images, 404",
        "/nowhere, 404"
    })
    void otherPathsAreOpen(String path, int status) throws Exception {
        HttpResponse<String> response = send("GET", path, null);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(asked).isEmpty();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
