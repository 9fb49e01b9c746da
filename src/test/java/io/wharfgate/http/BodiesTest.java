package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.TestServer.RawClient;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodiesTest {

    private static final int MIB = 1024 * 1024;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger openSources = new AtomicInteger();

    @Test
    void bodyWithLengthArrivesWhole() throws Exception {
        byte[] body = random(3 * MIB + 17);
        try (TestServer server = new TestServer(this::echoLength);
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .send(body);
            assertThat(answer(client)).isEqualTo(sum(body));
        }
    }

    @Test
    void chunkedBodyArrivesWholeAndConnectionLivesOn() throws Exception {
        byte[] body = random(200_000);
        try (TestServer server = new TestServer(this::echoLength);
                RawClient client = server.connect()) {
            for (int round = 0; round < 3; round++) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int at = 0; at < body.length; at += 1000) {
                    client.send("3e8\r\n")
                            .send(java.util.Arrays.copyOfRange(body, at, at + 1000))
                            .send("\r\n");
                }
                client.send("0\r\n\r\n");
                assertThat(answer(client)).isEqualTo(sum(body));
            }
        }
    }

    @Test
    void clientThatExpectsContinueGetsItBeforeItSends() throws Exception {
        try (TestServer server = new TestServer(this::echoLength);
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            client.send("hello");
            assertThat(answer(client)).isEqualTo(sum("hello".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void emptyBodyCompletes() throws Exception {
        try (TestServer server = new TestServer(this::echoLength);
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer(client)).isEqualTo(sum(new byte[0]));
        }
    }

    @Test
    void bodyCutShortIsAFailureAndNeverComplete() throws Exception {
        try (TestServer server = new TestServer(this::echoLength)) {
            try (RawClient client = server.connect()) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
                        .send(new byte[5000]);
            }
            try (RawClient client = server.connect()) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            }
            await().until(() -> failures.size() == 2);
            await().until(() -> server.running.awaitNone(Duration.ZERO) == 0);
        }
        assertThat(failures).allMatch(f -> f.startsWith("gone"));
    }

    @Test
    void clientThatStopsSendingIsCut() throws Exception {
        try (TestServer server = new TestServer(this::echoLength, Duration.ofMillis(200), 2, 4);
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
            assertThat(client.closedByServer()).isTrue();
            await().until(() -> failures.size() == 1);
            assertThat(failures.peek()).contains("no progress");
        }
    }

    @Test
    void sinkThatRefusesAnswersWhileTheClientStillSends() throws Exception {
        try (TestServer server = new TestServer((exchange, bodies) -> bodies.receive(exchange, new BodySink() {
                    @Override
                    public void accept(ByteBuffer piece) {
                        throw new RegistryException(RegistryError.MANIFEST_TOO_LARGE);
                    }

                    @Override
                    public void complete() {
                        throw new AssertionError("must not complete");
                    }

                    @Override
                    public void failed(Throwable cause, boolean answerable) {
                        ErrorWriter.sendFailure(exchange, cause);
                    }
                }));
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n")
                    .send(new byte[1000]);
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ").contains("Connection: close");
        }
    }

    @Test
    void contentArrivesWhole() throws Exception {
        byte[] content = random(5 * MIB + 3);
        try (TestServer server = new TestServer((e, bodies) -> download(e, bodies, content));
                RawClient client = server.connect()) {
            for (int round = 0; round < 2; round++) {
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readBody(client.readHead())).isEqualTo(content);
            }
            await().until(() -> openSources.get() == 0);
        }
    }

    @Test
    void readersThatStandStillHoldNoThread() throws Exception {
        byte[] content = random(4 * MIB);
        List<RawClient> idle = new ArrayList<>();
        try (TestServer server =
                        new TestServer((e, bodies) -> download(e, bodies, content), Duration.ofSeconds(30), 2, 2);
                RawClient client = server.connect()) {
            for (int i = 0; i < 40; i++) {
                RawClient one = server.connect();
                idle.add(one);
                one.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            }
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readBody(client.readHead())).isEqualTo(content);
            for (RawClient one : idle) {
                one.close();
            }
            await().until(() -> openSources.get() == 0);
        }
    }

    @Test
    void sendersThatStandStillHoldNoThreadAndNoBuffer() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try (TestServer server = new TestServer(this::echoLength, Duration.ofSeconds(30), 2, 2);
                RawClient client = server.connect()) {
            for (int i = 0; i < 40; i++) {
                RawClient one = server.connect();
                idle.add(one);
                one.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
            }
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(answer(client)).isEqualTo(sum("hello".getBytes(StandardCharsets.UTF_8)));
            for (RawClient one : idle) {
                one.close();
            }
            await().until(() -> failures.size() == 40);
        }
    }

    @Test
    void readerThatStandsStillIsCutAndContentClosed() throws Exception {
        byte[] content = random(8 * MIB);
        try (TestServer server =
                        new TestServer((e, bodies) -> download(e, bodies, content), Duration.ofMillis(200), 2, 4);
                RawClient client = server.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            await().until(() -> openSources.get() == 0);
            await().until(() -> server.running.awaitNone(Duration.ZERO) == 0);
        }
    }

    @Test
    void contentThatBecomesUnreadableCutsTheConnection() throws Exception {
        byte[] content = random(MIB);
        try (TestServer server = new TestServer((exchange, bodies) -> {
                    exchange.setResponseContentLength(2L * MIB);
                    bodies.send(exchange, new Memory(content), 0, 2L * MIB);
                });
                RawClient client = server.connect()) {
            String head = client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
            assertThat(head).startsWith("HTTP/1.1 200");
            int got = client.socket().getInputStream().readAllBytes().length;
            assertThat(got).isLessThan(2 * MIB);
            await().until(() -> openSources.get() == 0);
        }
    }

    @Test
    void oneBufferServesManyTransfers() throws Exception {
        byte[] content = random(MIB);
        try (TestServer server =
                new TestServer((e, bodies) -> download(e, bodies, content), Duration.ofSeconds(30), 4, 1)) {
            List<Thread> threads = new ArrayList<>();
            AtomicInteger right = new AtomicInteger();
            for (int i = 0; i < 12; i++) {
                Thread thread = new Thread(() -> {
                    try (RawClient client = server.connect()) {
                        client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
                        if (java.util.Arrays.equals(client.readBody(client.readHead()), content)) {
                            right.incrementAndGet();
                        }
                    } catch (IOException e) {
                        failures.add(e.toString());
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(right).hasValue(12);
        }
    }

    private void echoLength(HttpServerExchange exchange, Bodies bodies) {
        bodies.receive(exchange, new BodySink() {
            private final ByteArrayOutputStream got = new ByteArrayOutputStream();

            @Override
            public void accept(ByteBuffer piece) {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                got.writeBytes(bytes);
            }

            @Override
            public void complete() {
                Answer.status(200).text(sum(got.toByteArray())).send(exchange);
            }

            @Override
            public void failed(Throwable cause, boolean answerable) {
                failures.add((answerable ? "there " : "gone ") + cause);
            }
        });
    }

    private void download(HttpServerExchange exchange, Bodies bodies, byte[] content) {
        exchange.setResponseContentLength(content.length);
        bodies.send(exchange, new Memory(content), 0, content.length);
    }

    private static String answer(RawClient client) throws IOException {
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        return new String(client.readBody(head), StandardCharsets.UTF_8);
    }

    private static String sum(byte[] content) {
        return content.length + ":" + java.util.Arrays.hashCode(content);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private final class Memory implements BodySource {
        private final byte[] content;

        Memory(byte[] content) {
            this.content = content;
            openSources.incrementAndGet();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int n = (int) Math.min(into.remaining(), content.length - position);
            if (n <= 0) {
                return -1;
            }
            into.put(content, (int) position, n);
            return n;
        }

        @Override
        public void close() {
            openSources.decrementAndGet();
        }
    }
}
