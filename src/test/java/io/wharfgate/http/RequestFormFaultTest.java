package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of a request that are rare and legal, or rare and not to be served. */
class RequestFormFaultTest {

    /** Content with a body before it went out, and then the connection hung until the transfer counted as stalled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                "GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n",
                "HEAD /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            })
    void readingWithABodyIsRefusedAndItsConnectionClosed(String request) throws Exception {
        try (TestServer server = new TestServer((exchange, bodies) -> {
                    exchange.setResponseContentLength(1);
                    bodies.send(exchange, new OneByte(), 0, 1);
                });
                RawClient client = server.connect()) {
            String head = client.send(request).readHead();
            assertThat(head).startsWith("HTTP/1.1 400 ").contains("Connection: close");
            client.socket().shutdownOutput();
            client.socket().getInputStream().readAllBytes();
        }
    }

    @Test
    void readingWithAnEmptyBodyIsServedAndTheConnectionLivesOn() throws Exception {
        try (TestServer server = new TestServer((exchange, bodies) -> {
                    exchange.setResponseContentLength(1);
                    bodies.send(exchange, new OneByte(), 0, 1);
                });
                RawClient client = server.connect()) {
            for (int round = 0; round < 2; round++) {
                String head = client.send("GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                        .readHead();
                assertThat(client.readBody(head)).hasSize(1);
            }
        }
    }

    /** Undertow began the next of them on a thread for tasks, and two threads had one exchange. */
    @Test
    void requestsInAdvanceAreServedOnTheIoThreadWhereverTheOneBeforeEnded() throws Exception {
        Queue<Boolean> onIoThread = new ConcurrentLinkedQueue<>();
        try (TestServer server = new TestServer((exchange, bodies) -> {
                    onIoThread.add(exchange.isInIoThread());
                    new Thread(() -> Answer.status(200).text("x").send(exchange)).start();
                });
                RawClient client = server.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n".repeat(5));
            for (int i = 0; i < 5; i++) {
                assertThat(client.readBody(client.readHead())).hasSize(1);
            }
        }
        assertThat(onIoThread).hasSize(5).containsOnly(true);
    }

    @ParameterizedTest
    @CsvSource({"http://h/a/b?c=d, /a/b", "http://h, /", "/a/b, /a/b"})
    void absoluteTargetIsReadAsItsPath(String target, String path) throws Exception {
        try (TestServer server = new TestServer((exchange, bodies) ->
                        Answer.status(200).text(exchange.getRequestURI()).send(exchange));
                RawClient client = server.connect()) {
            String head = client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n")
                    .readHead();
            assertThat(client.readBody(head)).asString().isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/?a=b, [::1]:80, https://[::1]:5443/v2/?a=b",
        "GET, http://registry/v2/, registry, https://registry:5443/v2/",
        "GET, //other/v2/, registry:80, https://registry:5443//other/v2/"
    })
    void redirectLeadsToTheSameHost(String method, String target, String host, String location) throws Exception {
        try (TestServer server = redirect();
                RawClient client = server.connect()) {
            String head = client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .readHead();
            assertThat(RawClient.header(head, "Location")).isEqualTo(location);
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNECT, registry:443", "OPTIONS, *"})
    void redirectHasNoAnswerToWhatIsNoPath(String method, String target) throws Exception {
        try (TestServer server = redirect();
                RawClient client = server.connect()) {
            String head = client.send(method + " " + target + " HTTP/1.1\r\nHost: registry:443\r\n\r\n")
                    .readHead();
            assertThat(head).startsWith("HTTP/1.1 400 ").doesNotContain("Location");
        }
    }

    private static TestServer redirect() throws IOException {
        HttpsRedirect redirect = new HttpsRedirect(Optional.empty(), 5443);
        return new TestServer((exchange, bodies) -> redirect.handleRequest(exchange));
    }

    private static final class OneByte implements BodySource {
        @Override
        public int read(ByteBuffer into, long position) {
            into.put((byte) 'x');
            return 1;
        }

        @Override
        public void close() {}
    }
}
