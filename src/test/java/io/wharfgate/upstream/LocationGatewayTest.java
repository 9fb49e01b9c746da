package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where clients are sent: to us, by a path, whatever the upstream or a liar among the clients says. */
class LocationGatewayTest {

    private static final String UPLOAD = "/v2/a/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11?_state=x%3D%3D";
    private static final String[] LIES = {
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: gopher",
        "Forwarded: host=evil.example;proto=gopher",
        "X-Forwarded-For: 6.6.6.6",
        "X-Forwarded-Port: 666"
    };

    @TempDir
    private Path directory;

    /** As CNCF distribution does: Forwarded counts first, then X-Forwarded-*, then Host. */
    private static void locationFromFields(ScriptedUpstream upstream, String status) {
        upstream.script((peer, head) -> {
            String forwarded = RawTls.find(head, "Forwarded").orElse("");
            String host = forwarded.contains("host=")
                    ? forwarded.replaceAll(".*host=([^;,]*).*", "$1")
                    : RawTls.find(head, "X-Forwarded-Host").orElse(RawTls.header(head, "Host"));
            String scheme = RawTls.find(head, "X-Forwarded-Proto").orElse("http");
            peer.send("HTTP/1.1 " + status + "\r\nLocation: " + scheme + "://" + host + UPLOAD
                    + "\r\nContent-Length: 0\r\n\r\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"202 Accepted", "201 Created", "307 Temporary Redirect", "204 No Content", "416 No"})
    void forgedHostShowsInNoLocation(String status) throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(directory);
                RawTls raw = gateway.connect(false)) {
            locationFromFields(gateway.upstream, status);
            raw.request("POST /v2/a/blobs/uploads/", concat("Content-Length: 0", LIES));
            assertThat(RawTls.header(raw.readHead(), "Location")).isEqualTo(UPLOAD);
            assertThat(gateway.upstream.request())
                    .doesNotContain("evil", "gopher", "6.6.6.6")
                    .contains("X-Forwarded-Proto: https\r\n");
        }
    }

    @Test
    void forgedHostShowsInNoLocationOfARealRegistry() throws Exception {
        RunningService.Setup behind =
                RunningService.Setup.in(directory.resolve("behind")).plain().behindProxies();
        try (RunningService registry = behind.start();
                RunningService gateway = RunningService.Setup.in(directory.resolve("front"))
                        .gateway(UpstreamSettings.to(registry.uri())
                                .credentials(RunningService.USER, RunningService.PASSWORD)
                                .config())
                        .start();
                RawTls raw = RawTls.connect(gateway.registry())) {
            raw.request("POST /v2/a/blobs/uploads/", concat("Content-Length: 0", LIES));
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 202 ");
            assertThat(RawTls.header(head, "Location")).matches("/v2/a/blobs/uploads/[0-9a-f-]{36}");
            raw.request("PUT /v2/a/manifests/latest", concat("Content-Length: 2", LIES))
                    .send("{}");
            assertThat(raw.readHead()).doesNotContain("evil", "gopher");
        }
    }

    /** The host as the client named it, with its port: distribution builds its links from it. */
    @Test
    void upstreamLearnsTheHostOfTheClient() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(directory);
                RawTls raw = gateway.connect(false)) {
            raw.send("GET /v2/a/tags/list HTTP/1.1\r\nHost: registry.example.org:5443\r\nAuthorization: "
                    + gateway.registry.authorization() + "\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(gateway.upstream.request())
                    .contains("Host: registry.example.org:5443\r\n")
                    .contains("X-Forwarded-Host: registry.example.org:5443\r\n")
                    .contains("X-Forwarded-Proto: https\r\n")
                    .contains("X-Forwarded-For: 127.0.0.1\r\n")
                    .contains("X-Real-IP: 127.0.0.1\r\n");
        }
    }

    @Test
    void trustedProxyIsBelievedAndTheChainGoesOn() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(
                        RunningService.Setup.in(directory).behindProxies(), UnaryOperator.identity());
                RawTls raw = gateway.connect(false)) {
            locationFromFields(gateway.upstream, "202 Accepted");
            raw.request(
                    "POST /v2/a/blobs/uploads/",
                    "Content-Length: 0",
                    "X-Forwarded-For: 192.0.2.7",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: outer.example.org:8443");
            assertThat(RawTls.header(raw.readHead(), "Location")).isEqualTo(UPLOAD);
            assertThat(gateway.upstream.request())
                    .contains("X-Forwarded-For: 192.0.2.7, 127.0.0.1\r\n")
                    .contains("X-Real-IP: 192.0.2.7\r\n")
                    .contains("X-Forwarded-Host: outer.example.org:8443\r\n");
        }
    }

    @Test
    void locationThatNamesTheUpstreamBecomesAPath() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(directory);
                RawTls raw = gateway.connect(false)) {
            for (String location : List.of(
                    gateway.upstream.uri() + UPLOAD,
                    "http://localhost" + UPLOAD,
                    "https://localhost" + UPLOAD,
                    "https://registry.example.com" + UPLOAD,
                    UPLOAD)) {
                gateway.upstream.script((peer, head) ->
                        peer.send("HTTP/1.1 202 Accepted\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"));
                raw.request("POST /v2/a/blobs/uploads/", "Content-Length: 0");
                assertThat(RawTls.header(raw.readHead(), "Location"))
                        .as(location)
                        .isEqualTo(UPLOAD);
            }
        }
    }

    @Test
    void pathThatTheUpstreamLivesBelowComesAndGoes() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningService gateway = RunningService.Setup.in(directory)
                        .gateway(UpstreamSettings.to(upstream.uri().resolve("/deep/down"))
                                .config())
                        .start();
                RawTls raw = RawTls.connect(gateway.registry())) {
            upstream.script((peer, head) -> peer.send(
                    "HTTP/1.1 202 Accepted\r\nLocation: /deep/down" + UPLOAD + "\r\nContent-Length: 0\r\n\r\n"));
            raw.request("POST /v2/a/blobs/uploads/", "Content-Length: 0");
            assertThat(RawTls.header(raw.readHead(), "Location")).isEqualTo(UPLOAD);
            assertThat(upstream.request()).startsWith("POST /deep/down/v2/a/blobs/uploads/ HTTP/1.1\r\n");
        }
    }

    private static String[] concat(String first, String[] rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
