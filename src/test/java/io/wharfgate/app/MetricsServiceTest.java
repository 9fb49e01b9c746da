package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.metrics.Page;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of metrics says of a whole service that is used. */
class MetricsServiceTest {

    private static final String REQUESTS = "wharfgate_http_requests_total";

    private static final String RULES = """
        rules:
          - repositories: "open/**"
            users: [tester]
            actions: [pull]
        """;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private WharfgateConfig config;
    private Wharfgate service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        RunningService.Setup setup =
                RunningService.Setup.in(directory).plain().behindProxies().stall(Duration.ofSeconds(1));
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        config = AuditLogTest.auditing(setup.config(), directory.resolve("audit.log"));
        service = Wharfgate.of(config);
        service.start();
        client = as(RunningService.PASSWORD);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private RegistryClient as(String password) throws Exception {
        return new RegistryUnderTest(
                        URI.create("http://localhost:" + service.port()),
                        javax.net.ssl.SSLContext.getDefault(),
                        RunningService.USER,
                        password)
                .client();
    }

    private HttpResponse<String> ask(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + service.ports().get(1) + path))
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private Page page() throws Exception {
        return Page.parse(ask("/metrics").body());
    }

    /** A request is counted when its exchange is over, which may be a moment after the client has the answer. */
    private void eventually(Consumer<Page> assertion) {
        await().untilAsserted(() -> assertion.accept(page()));
    }

    @Test
    void pageIsServedInTheFormatThatIsWanted() throws Exception {
        HttpResponse<String> text = ask("/metrics");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        HttpResponse<String> open = ask("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
        assertThat(open.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void unknownPathsAreToldWhatThereIs() throws Exception {
        HttpResponse<String> answer = ask("/metricz");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("/health/live", "/health/ready", "/metrics");
    }

    @Test
    void everyPathAnswersHeadAsItAnswersGet() throws Exception {
        for (String path : List.of("/", "/health/live", "/health/ready", "/metrics", "/nothing")) {
            HttpResponse<String> get = ask(path);
            HttpRequest head = HttpRequest.newBuilder(get.uri())
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<String> answer = http.send(head, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(get.statusCode());
            assertThat(answer.headers().firstValue("Content-Type"))
                    .as(path)
                    .isEqualTo(get.headers().firstValue("Content-Type"));
            assertThat(answer.body()).as(path).isEmpty();
        }
        HttpRequest post = HttpRequest.newBuilder(ask("/").uri())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void pushAndPullAreCounted() throws Exception {
        byte[] blob = noise(300_000, 1);
        Digest digest = client.pushBlob("team/app", blob);
        assertThat(client.get("/v2/team/app/blobs/" + digest).body()).hasSize(blob.length);
        client.pushImage("team/app", "v1");
        assertThat(client.get("/v2/team/app/manifests/v1").statusCode()).isEqualTo(200);
        assertThat(client.get("/v2/team/app/manifests/none").statusCode()).isEqualTo(404);
        eventually(page -> {
            assertThat(page.sum(REQUESTS, "route", "blob", "method", "GET", "status", "200"))
                    .isEqualTo(1);
            assertThat(page.sum(REQUESTS, "route", "manifest", "method", "PUT", "status", "201"))
                    .isEqualTo(1);
            assertThat(page.sum(REQUESTS, "route", "manifest", "method", "GET", "status", "404"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_http_request_duration_seconds_count", "route", "blob", "method", "GET"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_http_response_start_seconds_count", "route", "blob", "method", "GET"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_http_received_bytes_total")).isGreaterThan(blob.length);
            assertThat(page.sum("wharfgate_http_sent_bytes_total")).isGreaterThan(blob.length);
            assertThat(page.sum("wharfgate_storage_written_bytes_total")).isGreaterThan(blob.length);
            assertThat(page.sum("wharfgate_storage_read_bytes_total")).isGreaterThanOrEqualTo(blob.length);
            assertThat(page.sum("wharfgate_upload_sessions_ended_total", "result", "finished"))
                    .isEqualTo(page.sum("wharfgate_upload_sessions_begun_total"))
                    .isPositive();
            assertThat(page.sum("wharfgate_upload_sessions_open")).isZero();
            assertThat(page.sum("wharfgate_audit_events_total", "result", "success"))
                    .isGreaterThan(4);
            assertThat(page.sum("wharfgate_audit_events_lost_total")).isZero();
            assertThat(page.sum("wharfgate_storage_free_bytes")).isPositive();
        });
    }

    @Test
    void loginsAreCountedByWhatBecameOfThem() throws Exception {
        client.get("/v2/");
        client.get("/v2/");
        as("wrong").get("/v2/");
        client.anonymously("GET", "/v2/");
        client.get("/auth/token?service=registry.example.com&scope=repository:a:pull&offline_token=true");
        eventually(page -> {
            assertThat(page.sum("wharfgate_logins_total", "scheme", "basic", "result", "accepted"))
                    .isEqualTo(3);
            assertThat(page.sum("wharfgate_logins_total", "scheme", "basic", "result", "rejected"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_logins_total", "scheme", "none")).isEqualTo(1);
            assertThat(page.sum("wharfgate_password_hashes_total")).isEqualTo(2);
            assertThat(page.sum("wharfgate_password_hash_time_seconds_total")).isPositive();
            assertThat(page.sum("wharfgate_password_cache_lookups_total", "result", "hit"))
                    .isEqualTo(2);
            assertThat(page.sum("wharfgate_password_cache_lookups_total", "result", "miss"))
                    .isEqualTo(2);
            assertThat(page.sum("wharfgate_tokens_issued_total", "kind", "access"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_tokens_issued_total", "kind", "refresh"))
                    .isEqualTo(1);
        });
    }

    @Test
    void guessesAndDenialsAreCounted() throws Exception {
        Files.writeString(directory.resolve("access.yaml"), RULES);
        service.reload(config);
        client.post("/v2/open/app/blobs/uploads/", new byte[0]);
        for (int i = 0; i < 12; i++) {
            as("guess" + i).get("/v2/");
        }
        eventually(page -> {
            assertThat(page.sum("wharfgate_access_denied_total", "action", "push", "reason", "rules"))
                    .isEqualTo(1);
            assertThat(page.sum("wharfgate_password_refused_total", "reason", "throttled"))
                    .isPositive()
                    .isEqualTo(page.sum("wharfgate_logins_total", "result", "throttled"));
        });
    }

    @Test
    void aFileThatIsRefusedIsNotInForceUntilItIsGoodAgain() throws Exception {
        Path rules = directory.resolve("access.yaml");
        Files.writeString(rules, RULES);
        service.reload(config);
        assertThat(page().sum("wharfgate_file_reloads_total", "file", "access", "result", "adopted"))
                .isEqualTo(1);
        String users = Files.readString(directory.resolve("htpasswd"));
        Files.writeString(rules, "rulez: []\n");
        Files.writeString(directory.resolve("htpasswd"), "nonsense\n");
        Files.writeString(directory.resolve("token-keys.json"), "{}");
        await().untilAsserted(() -> {
            for (String file : new String[] {"access", "htpasswd", "token_keys"}) {
                assertThat(page().sum("wharfgate_file_in_force", "file", file))
                        .as(file)
                        .isZero();
                assertThat(page().sum("wharfgate_file_reloads_total", "file", file, "result", "refused"))
                        .as(file)
                        .isEqualTo(1);
            }
        });
        Files.writeString(rules, RULES);
        Files.writeString(directory.resolve("htpasswd"), users);
        await().untilAsserted(() -> {
            assertThat(page().sum("wharfgate_file_in_force", "file", "access")).isEqualTo(1);
            assertThat(page().sum("wharfgate_file_in_force", "file", "htpasswd"))
                    .isEqualTo(1);
        });
    }

    @Test
    void whatIsMeasuredGoesOnWhenTheConfigurationIsExchanged() throws Exception {
        client.get("/v2/");
        eventually(page -> assertThat(page.sum(REQUESTS, "route", "ping")).isEqualTo(1));
        long before = settledSeries();
        service.reload(config);
        client.get("/v2/");
        eventually(page -> {
            assertThat(page.sum(REQUESTS, "route", "ping")).isEqualTo(2);
            assertThat(page.sum("wharfgate_logins_total", "scheme", "basic", "result", "accepted"))
                    .isEqualTo(2);
            assertThat(page.sum("wharfgate_password_cache_lookups_total", "result", "hit"))
                    .isEqualTo(1);
        });
        assertThat(settledSeries()).isEqualTo(before);
    }

    @Test
    void aStalledTransferIsCountedWhenItIsCut() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v2/a/blobs/uploads/?digest=sha256:" + "0".repeat(64) + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Authorization: " + client.registry().authorization()
                            + "\r\nContent-Length: 10\r\n\r\n12345")
                    .getBytes(StandardCharsets.US_ASCII));
            eventually(page -> assertThat(page.sum("wharfgate_http_connections_cut_total", "reason", "stalled"))
                    .isEqualTo(1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        eventually(
                page -> assertThat(page.sum("wharfgate_http_transfers_running")).isZero());
    }

    @Test
    void aClientThatLeavesIsCounted() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream()
                    .write(("POST /v2/a/blobs/uploads/?digest=sha256:" + "0".repeat(64)
                                    + " HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Authorization: " + client.registry().authorization()
                                    + "\r\nContent-Length: 10\r\n\r\n12345")
                            .getBytes(StandardCharsets.US_ASCII));
            eventually(page -> {
                assertThat(page.sum("wharfgate_http_transfers_running", "direction", "receive"))
                        .isEqualTo(1);
                assertThat(page.sum("wharfgate_http_connections", "listener", "registry"))
                        .isEqualTo(1);
            });
        }
        eventually(page -> {
            assertThat(page.sum("wharfgate_http_connections_cut_total", "reason", "client"))
                    .isEqualTo(1);
            assertThat(page.sum(REQUESTS, "route", "uploads", "status", "499")).isEqualTo(1);
        });
    }

    @Test
    void seriesDoNotGrowWithRepositoriesUsersAddressesMethodsOrPaths() throws Exception {
        use("first", 0);
        long before = settledSeries();
        for (int i = 0; i < 40; i++) {
            use("repository" + i + "/deeper", i + 1);
        }
        assertThat(settledSeries()).isEqualTo(before);
    }

    private long settledSeries() throws Exception {
        eventually(
                page -> assertThat(page.sum("wharfgate_http_requests_running")).isEqualTo(1));
        return page().samples()
                .filter(sample -> !sample.name().startsWith("jvm_"))
                .count();
    }

    /** Something of every kind, by an own user, address, method and path. */
    private void use(String repository, int number) throws Exception {
        String[] from = {"X-Forwarded-For", "203.0.113." + number};
        client.pushImage(repository, "tag" + number);
        client.get("/v2/" + repository + "/tags/list", from);
        client.get("/v2/" + repository + "/unknown" + number, from);
        client.get("/nothing" + number, from);
        client.get("/v2/" + repository + "/manifests/tag" + number, from);
        client.get("/v2/" + repository + "/manifests/not" + number, from);
        HttpRequest login = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v2/"))
                .method("BREW" + number, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", RegistryUnderTest.basic("user" + number, "x"))
                .header(from[0], from[1])
                .build();
        assertThat(http.send(login, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void noNameOfARepositoryOrUserIsOnThePage() throws Exception {
        client.pushImage("whale/secret-project", "v1");
        eventually(page -> assertThat(page.sum(REQUESTS, "route", "manifest")).isPositive());
        assertThat(page().samples()
                        .flatMap(sample -> sample.labels().values().stream())
                        .collect(Collectors.joining(" ")))
                .doesNotContain("whale", "secret-project", RunningService.USER, "127.0.0.1", "v1");
    }
}
