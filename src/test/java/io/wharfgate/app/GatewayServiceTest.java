package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.upstream.UpstreamConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a gateway: what it opens, what it says, whether it is ready. */
class GatewayServiceTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer upstream;

    @TempDir
    private Path directory;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
    }

    private UpstreamConfig.Registry registry(Optional<Path> authority) {
        return new UpstreamConfig.Registry(
                List.of(URI.create("http://127.0.0.1:" + upstream.getAddress().getPort())),
                Optional.empty(),
                new UpstreamConfig.Tls(authority, Optional.empty()),
                new UpstreamConfig.Headers(
                        Optional.empty(), Optional.empty(), UpstreamConfig.Rules.NONE, UpstreamConfig.Rules.NONE),
                new UpstreamConfig.Limits(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), 16, false),
                new UpstreamConfig.Health("/v2/", Duration.ofMillis(50), Duration.ofSeconds(5), 1));
    }

    private WharfgateConfig config(UpstreamConfig upstreamConfig) throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory).tls(new io.wharfgate.tls.TlsConfig.Off());
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        WharfgateConfig config = setup.config();
        return new WharfgateConfig(
                config.server(),
                config.tls(),
                config.auth(),
                config.storage(),
                config.registry(),
                Optional.of(upstreamConfig),
                config.ops(),
                config.log());
    }

    private Wharfgate start() throws Exception {
        Wharfgate service =
                Wharfgate.of(config(new UpstreamConfig(Optional.of(registry(Optional.empty())), Map.of(), List.of())));
        service.start();
        return service;
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        String login = RunningService.USER + ":" + RunningService.PASSWORD;
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void requestsAreForwardedAndNoStorageIsMade() throws Exception {
        try (Wharfgate service = start()) {
            assertThat(get(service.port(), "/v2/a/tags/list?n=1").body()).isEqualTo("/v2/a/tags/list?n=1");
        }
        assertThat(Files.exists(directory.resolve("registry"))).isFalse();
    }

    @Test
    void readinessIsThatOfTheUpstream() throws Exception {
        try (Wharfgate service = start()) {
            int ops = service.ports().get(1);
            await().untilAsserted(() ->
                    assertThat(get(ops, "/health/ready").statusCode()).isEqualTo(200));
            upstream.stop(0);
            await().untilAsserted(() -> {
                HttpResponse<String> answer = get(ops, "/health/ready");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("upstream standard cannot be reached");
            });
            assertThat(get(ops, "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void authorityThatCannotBeReadIsAMistakeOfTheConfiguration() throws Exception {
        Path missing = directory.resolve("no-ca.crt");
        Wharfgate service = Wharfgate.of(
                config(new UpstreamConfig(Optional.of(registry(Optional.of(missing))), Map.of(), List.of())));
        assertThatThrownBy(service::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("upstream")
                .hasMessageContaining(missing.toString());
    }

    @Test
    void greetingTellsWhatStandsBehind() throws Exception {
        UpstreamConfig.Registry registry = registry(Optional.empty());
        UpstreamConfig both = new UpstreamConfig(Optional.of(registry), Map.of("team/x", registry), List.of());
        StringWriter said = new StringWriter();
        new Greeting("https://r.example.com", directory, Optional.empty(), Optional.of(both.describe()), false)
                .print(new PrintWriter(said));
        assertThat(said.toString())
                .contains("It stands in front of http://127.0.0.1:", ", team/x/ at http://127.0.0.1:")
                .contains("docker login r.example.com")
                .doesNotContain("docker push");
    }
}
