package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RawTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The upstream dies in the middle of an answer's body. The client must be able to see that: its connection is cut, and
 * never ended as if all had come.
 */
class BrokenBodyFaultTest {

    private static final int LENGTH = 400_000;
    private static final int SENT = 100_000;

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

    private enum Framing {
        LENGTH("Content-Length: " + BrokenBodyFaultTest.LENGTH, ""),
        CHUNKED("Transfer-Encoding: chunked", Integer.toHexString(SENT) + "\r\n"),
        UNTIL_CLOSE("Connection: close", "");

        private final String field;
        private final String before;

        Framing(String field, String before) {
            this.field = field;
            this.before = before;
        }
    }

    private enum Death {
        FIN,
        RST,
        NONSENSE
    }

    @ParameterizedTest(name = "{0} {1} pooled={2}")
    @CsvSource({
        "LENGTH,      FIN,      false",
        "LENGTH,      FIN,      true",
        "LENGTH,      RST,      false",
        "LENGTH,      RST,      true",
        "CHUNKED,     FIN,      false",
        "CHUNKED,     FIN,      true",
        "CHUNKED,     RST,      false",
        "CHUNKED,     RST,      true",
        "CHUNKED,     NONSENSE, false",
        "CHUNKED,     NONSENSE, true",
        "UNTIL_CLOSE, RST,      false",
        "UNTIL_CLOSE, RST,      true",
    })
    void bodyThatBreaksOffCutsTheClient(Framing framing, Death death, boolean pooled) throws Exception {
        CountDownLatch clientReads = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.reused()).isEqualTo(pooled);
            peer.send("HTTP/1.1 200 OK\r\n" + framing.field + "\r\n\r\n" + framing.before)
                    .send(new byte[SENT]);
            clientReads.await();
            switch (death) {
                case FIN -> peer.halfClose();
                case RST -> peer.cut();
                case NONSENSE -> peer.send("\r\nno chunk size\r\n");
            }
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            raw.request("GET /v2/broken/manifests/latest");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(raw.read(SENT / 2)).hasSize(SENT / 2);
            clientReads.countDown();
            byte[] rest = raw.readUntilClosed();
            assertThat(SENT / 2 + rest.length).isLessThan(LENGTH);
            assertThat(new String(rest, StandardCharsets.ISO_8859_1)).doesNotEndWith("0\r\n\r\n");
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        assertThat(gateway.upstream.requests()).as("no second try").hasSize(1);
    }

    /** A connection that may carry no other request is not put back, even if the whole body came. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK, Connection: close", "HTTP/1.0 200 OK, X: y"})
    void connectionThatTheUpstreamWantsToEndIsNotUsedAgain(String line, String field) throws Exception {
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.reused()).isFalse();
            peer.send(line + "\r\n" + field + "\r\nContent-Length: 2\r\n\r\nok");
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(false)) {
            for (int i = 0; i < 3; i++) {
                raw.request("GET /v2/ends/manifests/latest");
                String head = raw.readHead();
                assertThat(head).startsWith("HTTP/1.1 200 ").doesNotContain("Connection: close");
                assertThat(raw.readBody(head)).isEqualTo("ok");
            }
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
    }
}
