package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that arrive as they were sent, and clients that leave in their middle: an upload that was cut must look so. */
class UploadFaultTest {

    private static final String UPLOAD = "PATCH /v2/up/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11";
    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\nRange: 0-1\r\nContent-Length: 0\r\n\r\n";

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

    @Test
    void bodyWithLengthArrivesWithThatLength() throws Exception {
        byte[] content = RegistryClient.noise(3_000_000, 1);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        gateway.upstream.script((peer, head) -> {
            arrived.complete(peer.read(content.length));
            peer.send(ACCEPTED);
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request(UPLOAD, "Content-Length: " + content.length).send(content);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
        assertThat(arrived.get(10, TimeUnit.SECONDS)).isEqualTo(content);
        assertThat(gateway.upstream.request())
                .contains("Content-Length: 3000000\r\n")
                .doesNotContainIgnoringCase("Transfer-Encoding");
    }

    @Test
    void bodyInChunksArrivesInChunks() throws Exception {
        byte[] content = RegistryClient.noise(300_000, 2);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        gateway.upstream.script((peer, head) -> {
            arrived.complete(peer.readChunked());
            peer.send(ACCEPTED);
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request(UPLOAD, "Transfer-Encoding: chunked");
            raw.send(Integer.toHexString(content.length) + ";ext=1\r\n").send(content);
            raw.send("\r\n0\r\nTrailer-Of: theirs\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
        assertThat(arrived.get(10, TimeUnit.SECONDS)).isEqualTo(content);
        assertThat(gateway.upstream.request())
                .contains("Transfer-Encoding: chunked\r\n")
                .doesNotContainIgnoringCase("Content-Length");
        assertThat(gateway.upstream.received()).doesNotContain("theirs", "ext=1");
    }

    @ParameterizedTest
    @CsvSource({"POST", "PUT", "PATCH"})
    void emptyBodyIsStillABody(String method) throws Exception {
        gateway.upstream.script((peer, head) -> peer.send(ACCEPTED));
        try (RawTls raw = gateway.connect(false)) {
            raw.request(method + " /v2/up/blobs/uploads/", "Content-Length: 0");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
        assertThat(gateway.upstream.request()).contains("Content-Length: 0\r\n");
    }

    @Test
    void emptyChunkedBodyComesToItsEnd() throws Exception {
        gateway.upstream.script((peer, head) -> {
            if (head.contains("chunked")) {
                assertThat(peer.readChunked()).isEmpty();
            }
            peer.send(ACCEPTED);
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request(UPLOAD, "Transfer-Encoding: chunked").send("0\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
            raw.request(UPLOAD, "Content-Length: 0");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
    }

    @Test
    void bytesArriveWhileTheClientStillSends() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.readChunkOf("first")).isTrue();
            first.countDown();
            assertThat(peer.readChunkOf("second")).isTrue();
            peer.readChunked();
            peer.send(ACCEPTED);
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request(UPLOAD, "Transfer-Encoding: chunked").send("5\r\nfirst\r\n");
            assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
            raw.send("6\r\nsecond\r\n0\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
    }

    private enum Leaving {
        RST,
        CLOSE,
        SILENCE,
        BAD_CHUNK
    }

    /** {@code SILENCE} is the stall timeout's: a client that stays but sends no more. */
    @ParameterizedTest(name = "{0} {1} pooled={2}")
    @CsvSource({
        "Content-Length: 1000000,    RST,       false",
        "Content-Length: 1000000,    RST,       true",
        "Content-Length: 1000000,    CLOSE,     false",
        "Content-Length: 1000000,    CLOSE,     true",
        "Content-Length: 1000000,    SILENCE,   true",
        "Transfer-Encoding: chunked, RST,       false",
        "Transfer-Encoding: chunked, RST,       true",
        "Transfer-Encoding: chunked, CLOSE,     false",
        "Transfer-Encoding: chunked, CLOSE,     true",
        "Transfer-Encoding: chunked, SILENCE,   true",
        "Transfer-Encoding: chunked, BAD_CHUNK, true",
        "Transfer-Encoding: chunked, BAD_CHUNK, false",
    })
    void clientThatLeavesEndsNoUpload(String framing, Leaving leaving, boolean pooled) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.reused()).isEqualTo(pooled);
            peer.read(1000);
            arrived.countDown();
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request(UPLOAD, framing);
            if (framing.contains("chunked")) {
                raw.send("4e20\r\n");
            }
            raw.send(new byte[20_000]);
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
            switch (leaving) {
                case RST -> raw.abort();
                case CLOSE -> raw.hangUp();
                case SILENCE -> raw.readUntilClosed();
                case BAD_CHUNK -> {
                    raw.send("\r\nno size\r\n");
                    raw.readUntilClosed();
                }
            }
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        assertNoFinalChunk();
        assertThat(gateway.upstream.requests()).as("no second try").hasSize(1);
    }

    /** The moment at which cancelling fails most easily: the upstream takes nothing, so nothing is being written. */
    @ParameterizedTest(name = "{0} pooled={1}")
    @CsvSource({
        "Content-Length: 100000000,  false",
        "Content-Length: 100000000,  true",
        "Transfer-Encoding: chunked, false",
        "Transfer-Encoding: chunked, true",
    })
    void clientThatLeavesAStuckUploadFreesTheUpstream(String framing, boolean pooled) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            left.await();
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request(UPLOAD, framing);
            if (framing.contains("chunked")) {
                raw.send("2000000\r\n");
            }
            sendUntilStuck(raw);
            raw.abort();
        }
        left.countDown();
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        assertNoFinalChunk();
    }

    /** Sends on another thread until nothing moves any more. */
    private static void sendUntilStuck(RawTls raw) {
        java.util.concurrent.atomic.AtomicLong sent = new java.util.concurrent.atomic.AtomicLong();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                while (sent.get() < 0x2000000) {
                    raw.send(new byte[16 * 1024]);
                    sent.addAndGet(16 * 1024);
                }
            } catch (java.io.IOException e) {
                // aborted
            }
        });
        java.util.concurrent.atomic.AtomicLong before = new java.util.concurrent.atomic.AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(150)).until(() -> before.getAndSet(sent.get()) == sent.get());
        assertThat(sending).isNotDone();
    }

    private static void assertNoFinalChunk() {
        String all = gateway.upstream.received();
        assertThat(all.contains("\r\n0\r\n\r\n")).as("a final chunk arrived").isFalse();
    }

    @Test
    void expectedContinueComesWhenTheUploadIsAllowed() throws Exception {
        gateway.upstream.script((peer, head) -> {
            if (head.toLowerCase(java.util.Locale.ROOT).contains("expect: 100-continue")) {
                peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            assertThat(new String(peer.read(5), StandardCharsets.US_ASCII)).isEqualTo("hello");
            peer.send(ACCEPTED);
        });
        try (RawTls raw = gateway.connect(false)) {
            raw.request(UPLOAD, "Expect: 100-continue", "Content-Length: 5");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 100 ");
            raw.send("hello");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
            raw.request("GET /v2/");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5000000000", "Transfer-Encoding: chunked"})
    void expectedContinueNeverComesWhenTheUploadIsDenied(String framing) throws Exception {
        try (RawTls raw = gateway.connect(false)) {
            raw.anonymous(UPLOAD, "Expect: 100-continue", framing);
            assertThat(raw.expectError(401, "UNAUTHORIZED")).contains("Connection: close");
            assertThat(raw.closedByServer()).isTrue();
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }
}
