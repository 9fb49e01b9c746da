package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers on their way to clients: framing, and what happens when one of the two sides fails. */
class DownloadTest {

    private static final int MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource(textBlock = """
            GET, 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|6| world|0||', 'hello world'
            GET, 'HTTP/1.1 200 OK|Content-Length: 0||', ''
            GET, 'HTTP/1.1 404 Not Found|Content-Length: 4||gone', 'gone'
            GET, 'HTTP/1.1 200 OK|Content-Encoding: gzip|Content-Length: 3||xyz', 'xyz'
            GET, 'HTTP/1.1 103 Early Hints|Link: x||HTTP/1.1 200 OK|Content-Length: 2||ok', 'ok'
            GET, 'HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 2||ok', 'ok'
            GET, 'HTTP/1.1 307 Temporary Redirect|Location: http://elsewhere/x|Content-Length: 0||', ''
            GET, 'HTTP/1.1 204 No Content||', ''
            GET, 'HTTP/1.1 304 Not Modified|ETag: "a"||', ''
            GET, 'HTTP/1.1 304 Not Modified|ETag: "a"|Content-Length: 1000||', ''
            HEAD, 'HTTP/1.1 200 OK|Content-Length: 123456789012||', ''
            HEAD, 'HTTP/1.1 200 OK|Transfer-Encoding: chunked||', ''
            HEAD, 'HTTP/1.1 404 Not Found|Content-Length: 100||', ''
            DELETE, 'HTTP/1.1 202 Accepted|Content-Length: 0||', ''
            """)
    void answerPassesAndBothConnectionsLiveOn(String method, String answer, String body) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(answer.replace("|", "\r\n"));
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.readHead();
                String[] parts = answer.split("\\|\\|HTTP/1.1 ", -1);
                String status = parts[parts.length - 1].replace("HTTP/1.1 ", "").substring(0, 3);
                assertThat(head).startsWith("HTTP/1.1 " + status + " ");
                if (method.equals("GET") && !status.equals("204") && !status.equals("304")) {
                    assertThat(new String(bodyOf(client, head), StandardCharsets.ISO_8859_1))
                            .isEqualTo(body);
                }
                if (method.equals("HEAD") && answer.contains("Content-Length")) {
                    assertThat(head).containsPattern("Content-Length: (123456789012|100)\r\n");
                }
            }
            await().until(() -> gateway.told.size() == 3);
            assertThat(upstream.connections()).hasSize(1);
        }
    }

    private static byte[] bodyOf(RawClient client, String head) throws IOException {
        if (!head.contains("Transfer-Encoding: chunked")) {
            return client.readBody(head);
        }
        StringBuilder all = new StringBuilder();
        while (!all.toString().endsWith("0\r\n\r\n")) {
            all.append((char) client.socket().getInputStream().read());
        }
        return all.toString()
                .replaceAll("[0-9a-f]+\r\n([^\r]*)\r\n", "$1")
                .replace("\r\n", "")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void bodyUntilTheEndOfTheConnectionIsChunkedAnew() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.0 200 OK\r\n\r\nto the end");
                    connection.close();
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect();
                RawClient old = gateway.connect()) {
            String head = client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            assertThat(head).contains("Transfer-Encoding: chunked");
            assertThat(new String(bodyOf(client, head), StandardCharsets.ISO_8859_1))
                    .isEqualTo("to the end");

            head = old.send("GET /x HTTP/1.0\r\nHost: h\r\n\r\n").readHead();
            assertThat(head).doesNotContain("chunked").contains("Connection: close");
            assertThat(old.socket().getInputStream().readAllBytes()).asString().isEqualTo("to the end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbut not so much",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
            })
    void answerThatBreaksOffCutsTheClient(String answer) throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (RawUpstream upstream = RawUpstream.start();
                    ForwardingServer gateway = new ForwardingServer(upstream.host());
                    RawClient client = gateway.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
                RawUpstream.Connection connection = upstream.accept();
                connection.readRequest();
                int body = answer.indexOf("\r\n\r\n") + 5;
                connection.write(answer.substring(0, body));
                client.readHead();
                connection.write(answer.substring(body));
                if (reset) {
                    connection.reset();
                } else {
                    connection.close();
                }
                String rest;
                try {
                    rest = new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                } catch (IOException cut) {
                    rest = "";
                }
                assertThat(rest).doesNotContain("0\r\n\r\n").hasSizeLessThan(1000);
                assertThat(gateway.told).containsExactly("200");
            }
        }
    }

    @Test
    void clientThatLeavesInMidAnswerTakesItsUpstreamConnectionAlong() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(DownloadTest::endless);
                ForwardingServer gateway = new ForwardingServer(upstream.host())) {
            for (int i = 0; i < 12; i++) {
                RawClient client = gateway.connect();
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
                if (i % 2 == 0) {
                    client.socket().setSoLinger(true, 0);
                }
                client.close();
            }
            await().until(() -> gateway.server.running.count() == 0);
            await().until(() -> upstream.connections().stream().allMatch(c -> c.broken()));
        }
    }

    private static void endless(RawUpstream.Connection connection) throws IOException {
        connection.readRequest();
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = new byte[8192];
        while (true) {
            connection.write("2000\r\n");
            connection.write(chunk);
            connection.write("\r\n");
        }
    }

    @Test
    void slowReadersHoldTheirUpstreamBackAndNoThread() throws Exception {
        byte[] content = new byte[4 * MIB];
        new Random(1).nextBytes(content);
        List<RawClient> idle = new ArrayList<>();
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n");
                    connection.write(content);
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host())) {
            for (int i = 0; i < 30; i++) {
                RawClient client = gateway.connect();
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
                idle.add(client);
            }
            try (RawClient client = gateway.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readBody(client.readHead())).isEqualTo(content);
            }
            for (RawClient client : idle) {
                assertThat(client.socket().getInputStream().readNBytes(content.length))
                        .isEqualTo(content);
                client.close();
            }
        }
    }

    @Test
    void silentUpstreamIsGivenUpAndToldAsATimeout() throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300), 4, false);
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient client = gateway.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 502");
            assertThat(gateway.told).containsExactly("READ_TIMEOUT");
            await().until(() -> upstream.open() == 0);
        }
    }

    @Test
    void upstreamThatFallsSilentInMidAnswerCutsTheClient() throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300), 4, false);
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient client = gateway.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            assertThat(client.socket().getInputStream().readNBytes(3))
                    .asString()
                    .isEqualTo("abc");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void slowClientIsNoSilenceOfTheUpstream() throws Exception {
        byte[] content = new byte[8 * MIB];
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200), 4, false);
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n");
                    connection.write(content);
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient client = gateway.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            String head = client.readHead();
            // Longer than the limit for the upstream's silence.
            await().pollDelay(Duration.ofMillis(900)).until(() -> true);
            assertThat(client.readBody(head)).hasSize(content.length);
        }
    }

    @Test
    void clientThatTakesNothingIsCut() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(DownloadTest::endless);
                ForwardingServer gateway =
                        new ForwardingServer(upstream.host(), ForwardingServer.LIMITS, Duration.ofMillis(300));
                RawClient client = gateway.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            await().until(() -> gateway.server.running.count() == 0);
            await().until(() -> upstream.connections().get(0).broken());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /x HTTP/1.1\r\nHost: h\r\n\r\n", "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok"
            })
    void clientThatLeavesBeforeTheAnswerTakesItsUpstreamConnectionAlong(String request) throws Exception {
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host())) {
            for (boolean reset : new boolean[] {false, true}) {
                RawClient client = gateway.connect();
                client.send(request);
                RawUpstream.Connection connection = upstream.accept();
                connection.readRequest();
                if (reset) {
                    client.socket().setSoLinger(true, 0);
                }
                client.close();
                connection.awaitClose();
                await().until(() -> gateway.server.running.count() == 0);
            }
            assertThat(gateway.told).isEmpty();
        }
    }

    @Test
    void requestSentAheadWaitsItsTurn() throws Exception {
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            RawUpstream.Connection connection = upstream.accept();
            connection.readRequest();
            // Long enough for the gateway to look whether the client is still there.
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
            assertThat(client.readBody(client.readHead())).asString().isEqualTo("1");
            assertThat(connection.readRequest()).startsWith("GET /2 ");
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
            assertThat(client.readBody(client.readHead())).asString().isEqualTo("2");
        }
    }

    @Test
    void headDoesNotWaitForItsBody() throws Exception {
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            RawUpstream.Connection connection = upstream.accept();
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            String head = client.readHead();
            connection.write("2\r\nok\r\n0\r\n\r\n");
            assertThat(bodyOf(client, head)).asString().isEqualTo("ok");
        }
    }
}
