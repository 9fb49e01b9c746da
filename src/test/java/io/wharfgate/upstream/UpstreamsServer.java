package io.wharfgate.upstream;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A gateway over plain HTTP in front of {@link FakeUpstream}s. A request with an Authorization is of user alice, who may
 * pull everything but the repository {@code secret}; without one, nothing is allowed.
 */
final class UpstreamsServer implements AutoCloseable {

    static final String CHALLENGE = "Basic realm=\"test\"";

    /** Of this gateway, in Via. */
    static final String ID = "wharfgate-test";

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    final Upstreams upstreams;
    private volatile AccessPolicy policy = policy();

    UpstreamsServer(Optional<Upstream> standard, Map<String, Upstream> prefixes, String... openPaths)
            throws IOException {
        upstreams = new Upstreams(
                new Prefixes<>(standard, prefixes),
                new OwnChallenge(Challenges.always(CHALLENGE)),
                List.of(openPaths),
                new UpstreamCatalog(
                        List.of(new CatalogSource(
                                new FakeCatalog(List.of("open", "secret", "zoo"), Comparator.naturalOrder(), 1000, true)
                                        .requests("test"),
                                name -> true)),
                        Clock.systemUTC()),
                HealthChecks.start(List.of()));
        Gateway gateway = new Gateway(
                (header, client) -> CompletableFuture.completedStage(new AuthenticationResult.Accepted(
                        header.isEmpty() ? Login.anonymous() : Login.byPassword("alice"))),
                Challenges.always(CHALLENGE),
                (identity, access) -> policy.decide(identity, access),
                upstreams,
                AuditTrail.none());
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ZERO, 100, 65536, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(address -> false),
                        new RunningRequests(),
                        Duration.ofSeconds(30),
                        new PathRouter(gateway, upstreams.openPaths())));
    }

    /** In place of the one that keeps alice from the secret. */
    UpstreamsServer rules(AccessPolicy other) {
        policy = other;
        return this;
    }

    private static AccessPolicy policy() {
        Access secret = Access.to(Action.PULL, new RepositoryName("secret"));
        return (identity, access) -> identity instanceof Identity.Anonymous || access.equals(secret)
                ? new Decision.Denied("not for you")
                : new Decision.Allowed();
    }

    static UpstreamsServer before(Upstream upstream) throws IOException {
        return new UpstreamsServer(Optional.of(upstream), Map.of());
    }

    static Upstream upstream(Transport transport, String... addresses) {
        return upstream(transport, Optional.empty(), Optional.empty(), addresses);
    }

    static Upstream upstream(
            Transport transport,
            Optional<UpstreamAuthorization> authorization,
            Optional<Transport> storage,
            String... uris) {
        UpstreamConfig.Registry registry = Upstreamed.registry(Upstreamed.PLAIN, uris);
        Addresses addresses = new Addresses("test", registry.addresses(), registry.health(), Clock.systemUTC());
        return new Upstream(
                addresses,
                new UploadMark(addresses),
                new RequestFields(registry.headers(), ID),
                new AnswerFields(registry),
                authorization,
                new Upstream.Connections(transport, storage));
    }

    HttpResponse<String> get(String path, String... fields) throws Exception {
        return send("GET", path, "", fields);
    }

    HttpResponse<String> send(String method, String path, String body, String... fields) throws Exception {
        HttpRequest.Builder request = request(method, path, body).header("Authorization", "Basic YWxpY2U6eA==");
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> anonymously(String method, String path) throws Exception {
        return client.send(request(method, path, "").build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
    }

    @Override
    public void close() {
        server.close();
        upstreams.close();
    }
}
