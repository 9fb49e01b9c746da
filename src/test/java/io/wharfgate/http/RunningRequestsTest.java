package io.wharfgate.http;

import static io.wharfgate.http.TestServer.RawClient.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of requests while the service stops, on a socket that goes on taking connections. */
class RunningRequestsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration NOTHING = Duration.ofMillis(1);
    private static final String HELD = "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String PING = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final BlockingQueue<HttpServerExchange> held = new LinkedBlockingQueue<>();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer((exchange, bodies) -> {
            if (exchange.getRequestPath().equals("/held")) {
                held.add(exchange);
            } else {
                answer(exchange);
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void answer(HttpServerExchange exchange) {
        Answer.status(200).text("here\n").send(exchange);
    }

    /** Sends a request that is answered when the test says so. */
    private HttpServerExchange begin(RawClient client) throws Exception {
        client.send(HELD);
        HttpServerExchange exchange = held.poll(20, TimeUnit.SECONDS);
        assertThat(exchange).as("the request arrives").isNotNull();
        return exchange;
    }

    private static void finish(HttpServerExchange exchange) {
        exchange.getIoThread().execute(() -> answer(exchange));
    }

    @Test
    void keepsConnectionsOpenAsLongAsItDoesNotStop() throws Exception {
        try (RawClient client = server.connect()) {
            String first = client.send(PING).readHead();
            assertThat(first).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("Connection: close");
            client.readBody(first);
            assertThat(client.send(PING).readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void newRequestsAreAnsweredWhileItWaitsAndTheirClientsSentAway() throws Exception {
        try (RawClient slow = server.connect();
                RawClient other = server.connect()) {
            HttpServerExchange running = begin(slow);
            var stopping = CompletableFuture.supplyAsync(() -> server.running.finishThese(LONG));
            await().until(server.running::draining);

            String head = other.send(PING).readHead();
            assertThat(head).startsWith("HTTP/1.1 200 ");
            assertThat(header(head, "Connection")).isEqualTo("close");
            other.readBody(head);
            assertThat(other.closedByServer()).isTrue();
            assertThat(stopping).isNotDone();

            finish(running);
            assertThat(slow.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(stopping.get(20, TimeUnit.SECONDS)).as("requests cut").isZero();
        }
    }

    @Test
    void doesNotWaitForWhatHasBegunMeanwhile() throws Exception {
        try (RawClient first = server.connect();
                RawClient second = server.connect()) {
            HttpServerExchange running = begin(first);
            var stopping = CompletableFuture.supplyAsync(() -> server.running.finishThese(LONG));
            await().until(server.running::draining);
            HttpServerExchange late = begin(second);

            finish(running);
            assertThat(stopping.get(20, TimeUnit.SECONDS)).as("requests cut").isZero();
            assertThat(server.running.count()).isEqualTo(1);

            // That one has the time after.
            var quiet = CompletableFuture.supplyAsync(() -> server.running.awaitQuiet(LONG, NOTHING));
            finish(late);
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(quiet.get(20, TimeUnit.SECONDS)).as("requests left").isZero();
        }
    }

    @Test
    void whatRunsLongerThanTheLimitIsCut() throws Exception {
        try (RawClient client = server.connect()) {
            begin(client);
            assertThat(server.running.finishThese(NOTHING)).isEqualTo(1);
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void whatHasBegunMeanwhileIsCountedWhenItsTimeIsOver() throws Exception {
        try (RawClient client = server.connect()) {
            begin(client);
            assertThat(server.running.awaitQuiet(NOTHING, NOTHING)).isEqualTo(1);
            server.running.cut();
            assertThat(client.closedByServer()).isTrue();
        }
    }
}
