package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.message.BasicHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateway's own small requests. */
class FetchTest {

    private final Transport transport = new HttpClientTransport(ForwardingServer.LIMITS, 64 * 1024, Optional.empty());

    @AfterEach
    void close() {
        transport.close();
    }

    private Transport.Fetched fetch(RawUpstream upstream, String method, Optional<String> body, Duration timeout)
            throws Exception {
        return transport
                .fetch(
                        new UpstreamRequest(
                                upstream.host(), method, "/token?a=%2F", List.of(new BasicHeader("X-Own", "1"))),
                        body,
                        100,
                        timeout)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void smallAnswerComesWhole() throws Exception {
        try (RawUpstream upstream =
                RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nh\u00c3\u00a9y!")) {
            Transport.Fetched fetched = fetch(upstream, "GET", Optional.empty(), Duration.ofSeconds(15));
            assertThat(fetched.status()).isEqualTo(200);
            assertThat(fetched.body()).isEqualTo("h\u00e9y!");
            assertThat(fetched.fields())
                    .anySatisfy(field -> assertThat(field.toString()).isEqualTo("X-A: b"));
            fetch(upstream, "GET", Optional.empty(), Duration.ofSeconds(15));
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.connections().get(0).received())
                    .startsWith(
                            "GET /token?a=%2F HTTP/1.1\r\nX-Own: 1\r\nHost: 127.0.0.1:" + upstream.port() + "\r\n\r\n");
        }
    }

    @Test
    void bodyIsSentWithItsLength() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            assertThat(fetch(upstream, "POST", Optional.of("a=b"), Duration.ofSeconds(15))
                            .body())
                    .isEmpty();
            assertThat(upstream.connections().get(0).received())
                    .contains("Content-Length: 3\r\n")
                    .endsWith("\r\n\r\na=b");
        }
    }

    @Test
    void longAnswerIsRefusedAndItsConnectionClosed() throws Exception {
        try (RawUpstream upstream =
                RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + "x".repeat(101))) {
            assertThatThrownBy(() -> fetch(upstream, "GET", Optional.empty(), Duration.ofSeconds(15)))
                    .hasMessageContaining("longer than 100 bytes");
            await().until(() -> upstream.connections().get(0).left());
        }
    }

    @Test
    void silenceIsGivenUpWithItsConnection() throws Exception {
        try (RawUpstream upstream = RawUpstream.start()) {
            assertThatThrownBy(() -> fetch(upstream, "GET", Optional.empty(), Duration.ofMillis(300)))
                    .hasCauseInstanceOf(TimeoutException.class);
            upstream.accept().awaitClose();
        }
    }
}
