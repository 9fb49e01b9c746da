package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.TlsConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is configured and does not exist yet. */
class LateCertificateTest {

    @TempDir
    private Path directory;

    private RunningService.Setup setup;
    private Wharfgate service;

    @BeforeEach
    void configure() throws Exception {
        setup = RunningService.Setup.in(directory)
                .tls(new TlsConfig.Files(
                        directory.resolve("late.crt"), directory.resolve("late.key"), Optional.empty()));
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        service = Wharfgate.of(setup.config());
    }

    private CompletableFuture<Boolean> start() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return service.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void redirectAnswersMeanwhileTheServiceIsNotReadyAndCloseEndsTheWaiting() throws Exception {
        CompletableFuture<Boolean> started = start();
        await().untilAsserted(() -> assertThat(service.ports()).hasSize(2));
        assertThat(get(service.ports().get(0), "/v2/").statusCode()).isEqualTo(301);
        assertThat(get(service.ports().get(1), "/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get(service.ports().get(1), "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("certificate");
        assertThat(started).isNotDone();
        service.close();
        assertThat(started.get(20, TimeUnit.SECONDS)).isFalse();
        service.awaitStopped();
    }

    @Test
    void serviceServesWhenTheFilesAppear() throws Exception {
        CompletableFuture<Boolean> started = start();
        try (Wharfgate running = service) {
            await().untilAsserted(() -> assertThat(running.ports()).hasSize(2));
            Path made = directory.resolve("made");
            new SelfSigned(made, Clock.systemUTC()).ensure(List.of("localhost"));
            Files.copy(made.resolve("server.key"), directory.resolve("late.key"));
            Files.copy(made.resolve("server.crt"), directory.resolve("late.crt"));
            assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();
            RegistryUnderTest registry = new RegistryUnderTest(
                    URI.create("https://localhost:" + running.port()),
                    RunningService.trusting(made.resolve("ca.crt")),
                    RunningService.USER,
                    RunningService.PASSWORD);
            assertThat(new RegistryClient(registry).get("/v2/").statusCode()).isEqualTo(200);
            assertThat(get(running.ports().get(1), "/health/ready").statusCode())
                    .isEqualTo(200);
        }
    }
}
