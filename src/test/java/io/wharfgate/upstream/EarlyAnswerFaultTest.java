package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RawTls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The upstream answers before it has read the upload: the client is told at once, whatever the upstream does then. */
class EarlyAnswerFaultTest {

    private static final String UPLOAD = "PATCH /v2/up/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11";

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

    private enum Answer {
        UNAUTHORIZED("401 Unauthorized", "WWW-Authenticate: Basic realm=\"upstream\""),
        REDIRECT("307 Temporary Redirect", "Location: https://storage.example.net/x?sig=y"),
        TOO_LARGE("413 Request Entity Too Large", "X: y");

        private final String status;
        private final String field;

        Answer(String status, String field) {
            this.status = status;
            this.field = field;
        }

        String text() {
            return "HTTP/1.1 " + status + "\r\n" + field + "\r\nContent-Length: 5\r\n\r\nearly";
        }
    }

    private enum Manner {
        /** FIN, and still takes what comes. */
        HALF_CLOSES {
            @Override
            void go(UpstreamPeer peer) throws IOException {
                peer.halfClose();
                peer.readToEnd();
            }
        },
        /** Neither reads nor closes, until the gateway does. */
        STOPS_READING {
            @Override
            void go(UpstreamPeer peer) throws IOException, InterruptedException {
                stopped.await();
                peer.readToEnd();
            }
        },
        DRAINS {
            @Override
            void go(UpstreamPeer peer) {
                peer.readToEnd();
            }
        };

        abstract void go(UpstreamPeer peer) throws IOException, InterruptedException;
    }

    private static CountDownLatch stopped = new CountDownLatch(0);

    static Stream<Arguments> early() {
        List<Arguments> all = new ArrayList<>();
        for (Answer answer : Answer.values()) {
            for (Manner manner : Manner.values()) {
                for (boolean chunked : new boolean[] {false, true}) {
                    // Every pair of two of these, not every combination: each takes as long as a lingering end.
                    all.add(Arguments.of(answer, manner, chunked, chunked == (answer == Answer.REDIRECT)));
                }
            }
        }
        return all.stream();
    }

    private static void begin(RawTls raw, boolean chunked) throws IOException {
        raw.request(UPLOAD, chunked ? "Transfer-Encoding: chunked" : "Content-Length: 5000000000");
        if (chunked) {
            raw.send("77359400\r\n");
        }
        raw.send(new byte[100_000]);
    }

    @ParameterizedTest(name = "{0} {1} chunked={2} pooled={3}")
    @MethodSource("early")
    void clientIsToldBeforeItHasSentAll(Answer answer, Manner manner, boolean chunked, boolean pooled)
            throws Exception {
        stopped = new CountDownLatch(1);
        gateway.upstream.script((peer, head) -> {
            assertThat(peer.reused()).isEqualTo(pooled);
            peer.read(1000);
            peer.send(answer.text());
            manner.go(peer);
        });
        try (RawTls raw = gateway.connect(pooled)) {
            begin(raw, chunked);
            assertAnswer(raw, answer);
            if (answer == Answer.UNAUTHORIZED) {
                assertThat(raw.closedByServer())
                        .as("cut, for the body is no use")
                        .isTrue();
            }
        } finally {
            stopped.countDown();
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open() == 0
                        || gateway.upstream.received().endsWith("\r\n0\r\n\r\n"))
                .as("the connection is gone, or the refused body was ended and it can serve again")
                .isTrue());
        assertThat(gateway.upstream.requests()).hasSize(1);
    }

    private static void assertAnswer(RawTls raw, Answer answer) throws IOException {
        String head = raw.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 " + answer.status.substring(0, 3) + " ")
                .contains("Connection: close", "Docker-Distribution-Api-Version: registry/2.0");
        assertThat(raw.readBody(head)).isEqualTo("early");
        if (answer == Answer.UNAUTHORIZED) {
            assertThat(head)
                    .contains("WWW-Authenticate: Basic realm=\"Wharfgate\"")
                    .doesNotContain("upstream");
        } else {
            assertThat(head).contains(answer.field);
        }
    }

    /** As most clients do: they send on until they notice the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientThatSendsOnGetsTheAnswerToo(boolean chunked) throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.read(300_000);
            peer.send(Answer.TOO_LARGE.text());
            peer.halfClose();
            peer.readToEnd();
        });
        try (RawTls raw = gateway.connect(true)) {
            begin(raw, chunked);
            Thread sending = new Thread(() -> {
                try {
                    for (int i = 0; i < 10; i++) {
                        raw.send(new byte[64 * 1024]);
                    }
                } catch (IOException closed) {
                    // told enough
                }
            });
            sending.start();
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 413 ");
            assertThat(raw.readBody(head)).isEqualTo("early");
            sending.join();
        }
        await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
    }

    /** The reset may overtake the answer within the gateway's kernel; what the client gets is an answer nonetheless. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upstreamThatAnswersAndResetsGivesTheClientAnAnswer(boolean pooled) throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.read(1000);
            peer.send(Answer.TOO_LARGE.text());
            peer.cut();
        });
        try (RawTls raw = gateway.connect(pooled)) {
            begin(raw, false);
            String head = raw.readHead();
            assertThat(head).containsPattern("^HTTP/1.1 (413|502) ").contains("Connection: close");
            raw.readBody(head);
        }
        assertThat(gateway.upstream.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void upstreamThatClosesInTheMiddleOfAnUploadIs502(boolean reset) throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.read(1000);
            if (reset) {
                peer.cut();
            } else {
                peer.close();
            }
        });
        try (RawTls raw = gateway.connect(true)) {
            begin(raw, true);
            assertThat(raw.expectError(502, "UNAVAILABLE")).contains("Connection: close");
        }
        assertThat(gateway.upstream.requests()).as("no second try").hasSize(1);
    }

    /** A small rest of the body is read, so that the client can use its connection again. */
    @Test
    void answerToAWholeSmallUploadKeepsTheConnection() throws Exception {
        gateway.upstream.script((peer, head) -> {
            peer.read(10);
            peer.send(Answer.TOO_LARGE.text());
        });
        try (RawTls raw = gateway.connect(true)) {
            for (int i = 0; i < 3; i++) {
                raw.request(UPLOAD, "Content-Length: 10").send("0123456789");
                String head = raw.readHead();
                assertThat(head).startsWith("HTTP/1.1 413 ").doesNotContain("Connection: close");
                raw.readBody(head);
            }
        }
    }
}
