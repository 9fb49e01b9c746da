package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plain listeners: the one that redirects, and the operator's. */
class SideListenersTest {

    @TempDir
    private Path directory;

    private RunningService service;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        service = RunningService.Setup.in(directory).start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpResponse<String> send(String method, int port, String target) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,   301, /v2/",
        "HEAD,  301, /v2/a/manifests/latest",
        "GET,   301, /v2/_catalog?n=10&last=a%2Fb",
        "GET,   301, /v2/a%2Fb/%2e%2e/tags/list?x=%41&y",
        "POST,  308, /v2/a/blobs/uploads/?mount=sha256:ab&from=c",
        "PUT,   308, /",
        "PATCH, 308, /x//y",
    })
    void redirectKeepsPathAndQueryAsTheyAre(String method, int status, String target) throws Exception {
        HttpResponse<String> answer = send(method, service.redirectPort(), target);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Location")).hasValue("https://registry.example.com" + target);
    }

    @Test
    void plainListenerServesNothing() throws Exception {
        assertThat(send("GET", service.redirectPort(), "/_ping").statusCode()).isEqualTo(301);
        assertThat(send("GET", service.redirectPort(), "/health/ready").statusCode())
                .isEqualTo(301);
    }

    @Test
    void healthIsAnsweredOnTheOperatorsListenerOnly() throws Exception {
        assertThat(send("GET", service.opsPort(), "/health/live").statusCode()).isEqualTo(200);
        assertThat(send("GET", service.opsPort(), "/health/ready").statusCode()).isEqualTo(200);
        assertThat(send("GET", service.opsPort(), "/v2/").statusCode()).isEqualTo(404);
        assertThat(service.registry()
                        .client()
                        .anonymously("GET", "/health/live")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void serviceWhoseStorageVanishedLivesAndIsNotReadyUntilItIsBack() throws Exception {
        Path root = directory.resolve("registry");
        Path away = directory.resolve("unmounted");
        Files.move(root, away);
        HttpResponse<String> ready = send("GET", service.opsPort(), "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("storage");
        assertThat(send("GET", service.opsPort(), "/health/live").statusCode()).isEqualTo(200);
        Files.move(away, root);
        await().untilAsserted(() -> assertThat(
                        send("GET", service.opsPort(), "/health/ready").statusCode())
                .isEqualTo(200));
    }
}
