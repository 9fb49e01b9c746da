package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with a body on their way to the upstream, and answers that come before it has ended. */
class UploadTest {

    private static final String CHUNKED = "PATCH /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String LONG = "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void emptyBodySaysSo(String method) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send(method + " /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 202");
            assertThat(upstream.connections().get(0).received())
                    .isEqualTo(method + " /x HTTP/1.1\r\nHost: registry.example\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void chunkedBodyWithoutAByteEndsAsOne() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send(CHUNKED + "0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 202");
            assertThat(upstream.connections().get(0).received())
                    .endsWith("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void clientIsToldToContinueWhenTheUpstreamIsThere() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            // The kernel has accepted it before the upstream has.
            await().until(() -> upstream.connections().size() == 1);
            client.send("hello");
            assertThat(client.readHead()).startsWith("HTTP/1.1 201 ");
            assertThat(upstream.connections().get(0).received())
                    .endsWith("\r\n\r\nhello")
                    .doesNotContain("Expect");
        }
    }

    @Test
    void clientIsNotToldToContinueWhenThereIsNoUpstream() throws Exception {
        RawUpstream upstream = RawUpstream.start();
        upstream.close();
        try (ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
            assertThat(gateway.told).containsExactly("CONNECT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHUNKED + "5\r\nhello\r\n", LONG + "hello"})
    void clientThatLeavesNeverLooksLikeTheEndOfItsBody(String request) throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (RawUpstream upstream = RawUpstream.start();
                    ForwardingServer gateway = new ForwardingServer(upstream.host())) {
                RawClient client = gateway.connect();
                client.send(request);
                RawUpstream.Connection connection = upstream.accept();
                connection.readHead();
                await().until(() -> {
                    connection.isOpen();
                    return connection.received().contains("hello");
                });
                if (reset) {
                    client.socket().setSoLinger(true, 0);
                }
                client.close();
                connection.awaitClose();
                assertThat(connection.received()).endsWith(request.startsWith("PUT") ? "hello" : "hello\r\n");
                await().until(() -> gateway.server.running.count() == 0);
                assertThat(gateway.told).isEmpty();
            }
        }
    }

    @Test
    void clientThatStallsIsCutAndItsUpstreamConnectionToo() throws Exception {
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway =
                        new ForwardingServer(upstream.host(), ForwardingServer.LIMITS, Duration.ofMillis(300));
                RawClient client = gateway.connect()) {
            client.send(CHUNKED + "5\r\nhello\r\n");
            RawUpstream.Connection connection = upstream.accept();
            connection.awaitClose();
            assertThat(connection.received()).doesNotContain("0\r\n\r\n");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "length"})
    void upstreamThatReadsNothingHoldsTheClientBackAndIsGivenUp(String framing) throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(500), 4, false);
        try (RawUpstream upstream = RawUpstream.start(16 * 1024, connection -> {});
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient client = gateway.connect()) {
            byte[] much = new byte[64 * 1024];
            client.send(framing.equals("length") ? LONG : CHUNKED);
            long sent = 0;
            try {
                while (sent < 200 * 1024 * 1024L) {
                    if (framing.equals("chunked")) {
                        client.send("10000\r\n");
                    }
                    client.send(much);
                    if (framing.equals("chunked")) {
                        client.send("\r\n");
                    }
                    sent += much.length;
                }
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
            assertThat(sent).as("bytes taken for an upstream that takes none").isLessThan(20 * 1024 * 1024);
            await().until(() -> gateway.told.contains("READ_TIMEOUT begun"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, length, HALF_CLOSE",
        "401, length, STAY",
        "401, length, DRAIN",
        "401, chunked, HALF_CLOSE",
        "401, chunked, STAY",
        "401, chunked, DRAIN",
        "307, length, STAY",
        "307, chunked, STAY",
        "201, length, STAY",
        "201, chunked, STAY",
        "500, chunked, HALF_CLOSE"
    })
    void earlyAnswerReachesTheClientWhileItStillSends(int status, String framing, String manner) throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readHead();
                    connection.read(1000);
                    connection.write("HTTP/1.1 " + status + " Early\r\nContent-Length: 5\r\nX-Early: 1\r\n\r\nearly");
                    switch (manner) {
                        case "HALF_CLOSE" -> connection.halfClose();
                        case "DRAIN" -> connection.awaitClose();
                        default -> {}
                    }
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send(framing.equals("length") ? LONG : CHUNKED + "8000\r\n").send(new byte[32 * 1024]);
            String head = client.readHead();
            assertThat(head)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("Connection: close")
                    .contains("X-Early: 1");
            assertThat(client.readBody(head)).asString().isEqualTo("early");
            assertThat(client.closedByServer()).isTrue();
            assertThat(gateway.told).containsExactly(status + " begun");
            await().until(() -> gateway.server.running.count() == 0);
            await().until(() -> upstream.open() == 0);
        }
    }

    @Test
    void longEarlyAnswerStreams() throws Exception {
        byte[] content = new byte[2 * 1024 * 1024];
        new java.util.Random(7).nextBytes(content);
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 403 No\r\nContent-Length: " + content.length + "\r\n\r\n");
                    connection.write(content);
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send(LONG).send(new byte[1000]);
            assertThat(client.readBody(client.readHead())).isEqualTo(content);
            assertThat(client.closedByServer()).isTrue();
            await().until(() -> upstream.open() == 0);
        }
    }

    @Test
    void earlyAnswerToAShortBodyLeavesTheClientConnected() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234");
                assertThat(client.readHead()).startsWith("HTTP/1.1 400").doesNotContain("Connection: close");
                client.send("56789");
            }
        }
    }

    @Test
    void answerInTheMomentOfTheLastByteIsAnOrdinaryOne() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    while (true) {
                        String head = connection.readHead();
                        connection.readBody(head);
                        connection.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.socket().setTcpNoDelay(true);
            for (int round = 0; round < 200; round++) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234")
                        .send("56789");
                assertThat(client.readHead()).startsWith("HTTP/1.1 201").doesNotContain("Connection: close");
            }
            // One, but for the rare answer that overtakes the upstream connection on its way back to the pool.
            assertThat(upstream.connections()).hasSizeLessThan(20);
        }
    }

    @Test
    void brokenConnectionIsToldWithWhatHadBegun() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readHead();
                    connection.read(10);
                    connection.reset();
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send(LONG).send(new byte[10]);
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 502");
            assertThat(new String(client.readBody(head), StandardCharsets.UTF_8))
                    .isEqualTo("BROKEN");
            assertThat(gateway.told).containsExactly("BROKEN begun");
        }
    }

    @Test
    void bodyThatHasNotBegunGoesToTheSecondAttempt() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    while (true) {
                        String head = connection.readHead();
                        if (connection.received().length() == head.length()) {
                            connection.write("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
                            connection.awaitClose();
                        }
                    }
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            gateway.retried = List.of(401);
            client.send(LONG);
            assertThat(client.readHead()).startsWith("HTTP/1.1 401");
            assertThat(gateway.told).containsExactly("401", "401");
            await().until(() -> upstream.open() == 0);
        }
    }
}
