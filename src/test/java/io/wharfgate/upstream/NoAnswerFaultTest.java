package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RawTls;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that give no answer, or something that is none: 502 as OCI JSON, and nothing internal told. */
class NoAnswerFaultTest {

    @TempDir
    private static Path directory;

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void reset() {
        gateway.upstream.reset();
    }

    private static void assertBadGateway(RawTls raw) throws Exception {
        String head = raw.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 502 ")
                .contains("Content-Type: application/json", "Docker-Distribution-Api-Version: registry/2.0");
        assertThat(raw.readBody(head))
                .contains("\"code\":\"UNAVAILABLE\"")
                .contains(RawTls.header(head, "X-Request-Id"))
                .doesNotContain(
                        "127.0.0.1",
                        "localhost",
                        "Exception",
                        String.valueOf(gateway.upstream.uri().getPort()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upstreamThatClosesWithoutAnsweringIs502(boolean pooled) throws Exception {
        gateway.upstream.script((peer, head) -> peer.close());
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/silent/manifests/latest");
            assertBadGateway(raw);
        }
        // On a pooled connection it may have been closed for its age before the request came: one try more.
        assertThat(gateway.upstream.requests()).hasSize(pooled ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upstreamThatResetsWithoutAnsweringIs502(boolean pooled) throws Exception {
        gateway.upstream.script((peer, head) -> peer.cut());
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/silent/manifests/latest");
            assertBadGateway(raw);
        }
        assertThat(gateway.upstream.requests()).hasSizeLessThanOrEqualTo(pooled ? 2 : 1);
    }

    @Test
    void connectionThatWentStaleInThePoolIsNotTheClientsTrouble() throws Exception {
        gateway.upstream.script((peer, head) -> {
            if (peer.reused()) {
                peer.close();
            } else {
                peer.send(ScriptedUpstream.OK);
            }
        });
        try (RawTls raw = gateway.connect(true)) {
            raw.request("GET /v2/stale/manifests/latest");
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 200 ");
            assertThat(raw.readBody(head)).isEqualTo("{}");
        }
        assertThat(gateway.upstream.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestWhoseBodyHasBegunIsNeverSentTwice(boolean pooled) throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.read(10);
            peer.close();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("PUT /v2/silent/manifests/latest", "Content-Length: 10").send("0123456789");
            assertBadGateway(raw);
        }
        assertThat(gateway.upstream.requests()).hasSize(1);
    }

    /** A mount or a cancelled upload is not safe to send twice, even if there is no body that says so. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void clientMayGoOnAfterAnError(String method) throws Exception {
        gateway.upstream.script((peer, head) -> peer.close());
        try (RawTls raw = gateway.connect(false)) {
            raw.request(method + " /v2/silent/manifests/latest");
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 502 ");
            if (method.equals("GET")) {
                raw.readBody(head);
            }
            raw.request("GET /v2/");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    static Stream<String> nonsense() {
        return Stream.of(
                "nonsense\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n012345",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000) + "\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "y".repeat(2_000_000) + "\r\n\r\n");
    }

    /** What has a head that two readers could understand in two ways is nothing to pass on. */
    @ParameterizedTest
    @MethodSource("nonsense")
    void answerThatIsNoHttpIs502(String answer) throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.send(answer);
            peer.halfClose();
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request("GET /v2/nonsense/manifests/latest");
            assertBadGateway(raw);
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientThatLeavesWhileItWaitsTakesItsRequestAlong(boolean pooled) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            arrived.countDown();
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/slow/manifests/latest");
            arrived.await();
            raw.abort();
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        assertThat(gateway.upstream.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answerForAClientThatHasLeftIsNotFetched(boolean pooled) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            arrived.countDown();
            left.await();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n");
            peer.sendForever();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/slow/manifests/latest");
            arrived.await();
            raw.abort();
        }
        left.countDown();
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        assertThat(gateway.upstream.requests()).hasSize(1);
    }
}
