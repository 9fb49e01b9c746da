package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpClientTransportTest {

    private static final int MIB = 1024 * 1024;

    @Test
    void answerWithLengthArrivesWholeAndConnectionsLiveOn() throws Exception {
        byte[] content = random(3 * MIB + 17);
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    while (true) {
                        connection.readRequest();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + content.length + "\r\nX-A: 1\r\n\r\n");
                        connection.write(content);
                    }
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send("GET /v2/a%2Fb//x?q=%41 HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.readHead();
                assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").contains("X-A: 1");
                assertThat(client.readBody(head)).isEqualTo(content);
            }
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.connections().get(0).received())
                    .startsWith("GET /v2/a%2Fb//x?q=%41 HTTP/1.1\r\nHost: registry.example\r\n\r\n");
        }
    }

    @Test
    void bodyWithLengthArrivesWhole() throws Exception {
        byte[] body = random(3 * MIB + 17);
        try (RawUpstream upstream = echo();
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .send(body);
                assertThat(text(client)).isEqualTo("PUT " + body.length + " " + java.util.Arrays.hashCode(body));
            }
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.connections().get(0).received())
                    .contains("\r\nContent-Length: " + body.length + "\r\n");
        }
    }

    @Test
    void chunkedBodyArrivesWhole() throws Exception {
        byte[] body = random(2 * MIB);
        try (RawUpstream upstream = echo();
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send("PATCH /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int at = 0; at < body.length; at += 32 * 1024) {
                    client.send("8000\r\n")
                            .send(java.util.Arrays.copyOfRange(body, at, at + 32 * 1024))
                            .send("\r\n");
                }
                client.send("0\r\n\r\n");
                assertThat(text(client)).isEqualTo("PATCH " + body.length + " " + java.util.Arrays.hashCode(body));
            }
            assertThat(upstream.connections()).hasSize(1);
        }
    }

    @Test
    void connectionsBeyondTheLimitWaitAndAreThenRefused() throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(15), 1, false);
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient first = gateway.connect();
                RawClient second = gateway.connect()) {
            first.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            RawUpstream.Connection connection = upstream.accept();
            connection.readRequest();
            second.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(text(second)).isEqualTo("POOL_EXHAUSTED");
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(text(first)).isEqualTo("ok");
            second.send("GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(connection.readRequest()).startsWith("GET /3 ");
        }
    }

    @Test
    void clientThatLeavesWhileItWaitsForAConnectionIsForgotten() throws Exception {
        UpstreamConfig.Limits limits = new UpstreamConfig.Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(15), 1, false);
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host(), limits, Duration.ofSeconds(15));
                RawClient first = gateway.connect()) {
            first.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            RawUpstream.Connection connection = upstream.accept();
            connection.readRequest();
            RawClient second = gateway.connect();
            second.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> gateway.server.running.count() == 2);
            second.close();
            await().until(() -> gateway.server.running.count() == 1);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(text(first)).isEqualTo("ok");
            first.send("GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
            await().until(() -> upstream.connections().stream().anyMatch(c -> {
                c.isOpen();
                return c.received().contains("GET /3 ");
            }));
            assertThat(upstream.connections()).noneMatch(c -> c.received().contains("GET /2 "));
        }
    }

    @Test
    void brokenPooledConnectionSaysThatItWasOne() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    connection.readRequest();
                    connection.close();
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(text(client)).isEqualTo("ok");
            client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(text(client)).isEqualTo("BROKEN");
            assertThat(gateway.told).containsExactly("200", "BROKEN pooled");
        }
    }

    @Test
    void droppedAnswerLeavesItsConnectionForTheNextAttempt() throws Exception {
        try (RawUpstream upstream = RawUpstream.start(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nlogin");
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            gateway.retried = List.of(401);
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(text(client)).isEqualTo("ok");
            assertThat(gateway.told).containsExactly("401", "200");
        }
    }

    @Test
    void droppedAnswerThatIsLongLosesItsConnection() throws Exception {
        try (RawUpstream upstream = RawUpstream.start();
                ForwardingServer gateway = new ForwardingServer(upstream.host());
                RawClient client = gateway.connect()) {
            gateway.retried = List.of(401);
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            RawUpstream.Connection first = upstream.accept();
            first.readRequest();
            first.write("HTTP/1.1 401 No\r\nContent-Length: 50000000\r\n\r\nlogin");
            RawUpstream.Connection second = upstream.accept();
            second.readRequest();
            second.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(text(client)).isEqualTo("ok");
            first.awaitClose();
        }
    }

    private static RawUpstream echo() throws IOException {
        return RawUpstream.start(connection -> {
            while (true) {
                String head = connection.readHead();
                byte[] body = connection.readBody(head);
                String answer = head.substring(0, head.indexOf(' ')) + " " + body.length + " "
                        + java.util.Arrays.hashCode(body);
                connection.write("HTTP/1.1 201 Created\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer);
            }
        });
    }

    private static String text(RawClient client) throws IOException {
        return new String(client.readBody(client.readHead()), StandardCharsets.ISO_8859_1);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
