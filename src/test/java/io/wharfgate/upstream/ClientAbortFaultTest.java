package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that leave a download. The upstream's connection must go at once, also when it is stuck behind a window that
 * is closed: cancelling does nothing for a pooled connection in HttpClient 5.6.
 */
class ClientAbortFaultTest {

    @TempDir
    private static Path directory;

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(
                RunningService.Setup.in(directory).stall(Duration.ofSeconds(2)), UnaryOperator.identity());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void reset() {
        gateway.upstream.reset();
    }

    private enum Leaving {
        RST,
        CLOSE,
        /** Stays, and takes nothing: the stall timeout's case. */
        STAYS
    }

    @ParameterizedTest(name = "{0} {1} pooled={2}")
    @CsvSource({
        "Content-Length: 5000000000, RST,   false",
        "Content-Length: 5000000000, RST,   true",
        "Content-Length: 5000000000, CLOSE, false",
        "Content-Length: 5000000000, CLOSE, true",
        "Content-Length: 5000000000, STAYS, true",
        "Transfer-Encoding: chunked, RST,   false",
        "Transfer-Encoding: chunked, RST,   true",
        "Transfer-Encoding: chunked, CLOSE, true",
        "Connection: close,          RST,   false",
        "Connection: close,          CLOSE, true",
    })
    void clientThatLeavesFreesTheUpstreamBehindAClosedWindow(String framing, Leaving leaving, boolean pooled)
            throws Exception {
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.reused()).isEqualTo(pooled);
            peer.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
            if (framing.contains("chunked")) {
                peer.send("77359400\r\n");
            }
            peer.sendForever();
        });
        try (RawTls raw = gateway.connect(pooled, 4096)) {
            raw.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            awaitStuck();
            assertThat(gateway.upstream.open()).isPositive();
            switch (leaving) {
                case RST -> raw.abort();
                case CLOSE -> raw.hangUp();
                case STAYS -> {
                    // and the window stays closed
                }
            }
            await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        }
        assertThat(gateway.upstream.requests()).hasSize(1);
    }

    /** Until the upstream cannot send any more: every buffer between it and the client is full. */
    private static void awaitStuck() {
        java.util.concurrent.atomic.AtomicLong before = new java.util.concurrent.atomic.AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(150)).until(() -> {
            long sent = gateway.upstream.sent();
            return before.getAndSet(sent) == sent;
        });
    }

    /** The other moment: the client reads faster than the upstream sends, which goes on after a pause. */
    @ParameterizedTest
    @CsvSource({"RST, false", "RST, true", "CLOSE, false", "CLOSE, true"})
    void clientThatLeavesFreesAnUpstreamThatPauses(Leaving leaving, boolean pooled) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nsome");
            left.await();
            peer.sendForever();
            over.countDown();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
            raw.readHead();
            assertThat(raw.read(4)).hasSize(4);
            if (leaving == Leaving.RST) {
                raw.abort();
            } else {
                raw.hangUp();
            }
        }
        left.countDown();
        assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Nothing is written to the client then, and nothing is read from it: it is looked after now and then. */
    @ParameterizedTest
    @CsvSource({"RST, false", "CLOSE, false", "CLOSE, true"})
    void clientThatLeavesFreesAnUpstreamThatIsSilent(Leaving leaving, boolean pooled) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nsome");
            peer.readToEnd();
            over.countDown();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
            raw.readHead();
            assertThat(raw.read(4)).hasSize(4);
            if (leaving == Leaving.RST) {
                raw.abort();
            } else {
                raw.hangUp();
            }
            assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void clientThatStaysGetsWhatComesAfterALongSilence() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsome");
            // Longer than it takes until somebody looks whether the client is there, twice.
            assertThat(go.await(5, TimeUnit.SECONDS)).isFalse();
            peer.send("more");
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
            raw.readHead();
            assertThat(new String(raw.read(8), StandardCharsets.US_ASCII)).isEqualTo("somemore");
        }
    }
}
