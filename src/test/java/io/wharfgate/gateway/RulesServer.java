package io.wharfgate.gateway;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The gateway over plain HTTP, with a backend and an audit log of the test's. */
final class RulesServer implements AutoCloseable {

    static final String CHALLENGE = "Test realm";

    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final BlockingQueue<AuditEvent> events = new LinkedBlockingQueue<>();
    private final HttpServer server;

    RulesServer(Authenticator authenticator, AccessPolicy policy, Backend backend) throws Exception {
        AuditTrail trail = new AuditTrail() {
            @Override
            public boolean wanted() {
                return true;
            }

            @Override
            public void record(AuditEvent event) {
                events.add(event);
            }
        };
        Challenges challenges = (exchange, wanted, problem) ->
                problem.map(what -> CHALLENGE + " " + what).orElse(CHALLENGE);
        Gateway gateway = new Gateway(authenticator, challenges, policy, backend, trail);
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), 100, 65536, 0),
                2,
                Optional.empty(),
                new RootHandler(
                        new ClientAddress(a -> false),
                        new RunningRequests(),
                        Duration.ofSeconds(30),
                        new PathRouter(gateway)));
    }

    int port() {
        return server.port();
    }

    /** @param authorization value of the header; empty for none */
    HttpResponse<String> send(String method, String path, String authorization, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path, String authorization) throws Exception {
        return send(method, path, authorization, new byte[0]);
    }

    /** The event of a request that is over, or as good as. */
    AuditEvent event() throws InterruptedException {
        AuditEvent event = events.poll(20, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event");
        }
        return event;
    }

    @Override
    public void close() {
        server.close();
    }
}
