package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.http.AccessLog;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the access log says of requests. */
class AccessLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(AccessLog.LOGGER);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };
    private RunningService service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        service = RunningService.Setup.in(directory).start();
        client = service.registry().client();
    }

    @AfterEach
    void stop() {
        service.close();
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    /** The line of the request that the path is part of; written when the request is over, which the client may learn earlier. */
    private JsonNode line(String method, String path) throws Exception {
        await().until(() -> lines().stream().anyMatch(line -> is(line, method, path)));
        return lines().stream()
                .filter(line -> is(line, method, path))
                .findFirst()
                .orElseThrow();
    }

    private static boolean is(JsonNode line, String method, String path) {
        return line.get("method").asText().equals(method)
                && line.get("path").asText().contains(path);
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (ILoggingEvent event : events) {
            lines.add(JSON.readTree(LogLine.of(event).json()));
        }
        return lines;
    }

    @Test
    void pushAndPullHaveAllFields() throws Exception {
        Digest digest = client.pushBlob("team/app", new byte[12_345]);
        client.get("/v2/team/app/blobs/" + digest);

        JsonNode push = line("PUT", "/v2/team/app/blobs/uploads/");
        assertThat(push.get("operation").asText()).isEqualTo("blob.push");
        assertThat(push.get("repository").asText()).isEqualTo("team/app");
        assertThat(push.get("digest").asText()).isEqualTo(digest.toString());
        assertThat(push.get("query").asText()).startsWith("digest=").doesNotContain("_state");
        assertThat(push.get("bytes_received").longValue()).isEqualTo(12_345);
        JsonNode pull = line("GET", "/blobs/sha256:");
        assertThat(names(pull))
                .containsExactly(
                        "time",
                        "level",
                        "logger",
                        "thread",
                        "message",
                        "request_id",
                        "client",
                        "user",
                        "method",
                        "path",
                        "operation",
                        "repository",
                        "digest",
                        "status",
                        "bytes_received",
                        "bytes_sent",
                        "first_byte_ms",
                        "duration_ms",
                        "user_agent");
        assertThat(pull.get("user").asText()).isEqualTo(RunningService.USER);
        assertThat(pull.get("client").asText()).isEqualTo("127.0.0.1");
        assertThat(pull.get("operation").asText()).isEqualTo("blob.pull");
        assertThat(pull.get("status").intValue()).isEqualTo(200);
        assertThat(pull.get("bytes_sent").longValue()).isEqualTo(12_345);
        assertThat(pull.get("first_byte_ms").longValue())
                .isBetween(0L, pull.get("duration_ms").longValue());
        assertThat(pull.get("user_agent").asText()).contains("Java");
    }

    private static List<String> names(JsonNode line) {
        Iterable<String> names = line::fieldNames;
        return StreamSupport.stream(names.spliterator(), false).toList();
    }

    @Test
    void aTagIsNamedWithTheDigestThatWasAnswered() throws Exception {
        client.pushImage("team/app", "v1");
        client.get("/v2/team/app/manifests/v1");

        JsonNode pull = line("GET", "/manifests/v1");
        assertThat(pull.get("tag").asText()).isEqualTo("v1");
        assertThat(pull.get("digest").asText()).startsWith("sha256:");
    }

    @Test
    void refusalsSayWhy() throws Exception {
        client.as("nobody", "wrong-battery-8", "/v2/team/app/tags/list");
        client.get("/v2/none/manifests/v1");

        JsonNode login = line("GET", "/v2/team/app/tags/list");
        assertThat(login.get("user").isNull()).isTrue();
        assertThat(login.get("status").intValue()).isEqualTo(401);
        assertThat(login.get("operation").asText()).isEqualTo("login.failed");
        assertThat(login.get("error").asText()).isEqualTo("UNAUTHORIZED");
        assertThat(login.get("reason").asText()).isEqualTo("there is no user \"nobody\"");
        assertThat(line("GET", "/v2/none/manifests/v1").get("error").asText()).isEqualTo("NAME_UNKNOWN");
    }

    @Test
    void ofAQueryOnlyWhatIsHarmlessIsShown() throws Exception {
        client.get("/v2/team/app/tags/list?access_token=wrong-battery-8&n=5&last=a%0Ab&password=wrong-battery-8");

        assertThat(line("GET", "/tags/list").get("query").asText()).isEqualTo("n=5&last=a%0Ab");
    }

    @Test
    void aProbeThatGoesWellIsNoNews() throws Exception {
        for (String path : List.of("/health/live", "/metrics", "/nothing")) {
            URI uri = URI.create("http://127.0.0.1:" + service.opsPort() + path);
            HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
        }

        assertThat(line("GET", "/nothing").get("status").intValue()).isEqualTo(404);
        assertThat(lines()).hasSize(1);
    }

    @Test
    void aPasswordInAnAddressIsNotShown() throws Exception {
        for (String line : List.of(
                "GET https://user:wrong-battery-8@localhost/v2/", "CONNECT user:wrong-battery-8@localhost:443")) {
            try (RawTls raw = service.registry().raw()) {
                assertThat(raw.anonymous(line).readHead()).startsWith("HTTP/1.1 400 ");
            }
        }
        client.get("/v2/after/tags/list");

        line("GET", "/v2/after/tags/list");
        assertThat(events).noneMatch(event -> LogLine.of(event).json().contains("wrong-battery-8"));
    }

    @Test
    void whatClientsWriteStaysOnItsLine() throws Exception {
        try (RawTls raw = service.registry().raw()) {
            raw.anonymous("GET /v2/%0Aforged/tags/list", "User-Agent: x\" status=200\u0085 y");
            raw.readHead();
        }

        line("GET", "forged");
        String text = LogLine.of(events.element()).text();
        assertThat(text.lines()).hasSize(1);
        assertThat(text)
                .contains(" path=/v2/%0Aforged/tags/list ")
                .endsWith(" user_agent=\"x\\\" status=200\\u0085 y\"\n");
    }
}
