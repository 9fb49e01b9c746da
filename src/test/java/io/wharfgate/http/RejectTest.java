package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.TestServer.RawClient;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RejectTest {

    private static TestServer denying() throws IOException {
        return new TestServer((exchange, bodies) -> {
            throw new RegistryException(RegistryError.DENIED);
        });
    }

    @Test
    void answerComesBeforeTheBodyIsSent() throws Exception {
        try (TestServer server = denying();
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 403 ").contains("Connection: close");
            assertThat(new String(client.readBody(head), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("\"code\":\"DENIED\"");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void clientThatGoesOnSendingStillGetsItsAnswerAndIsCutInTheEnd() throws Exception {
        try (TestServer server = denying();
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
            byte[] much = new byte[64 * 1024];
            long sent = 0;
            try {
                for (int i = 0; i < 5000; i++) {
                    client.send(much);
                    sent += much.length;
                }
            } catch (IOException cut) {
                assertThat(cut).isNotNull();
            }
            assertThat(sent).as("bytes taken from a refused sender").isLessThan(64L * 1024 * 1024);
        }
    }

    @Test
    void clientThatExpectsContinueGetsOnlyTheFinalStatus() throws Exception {
        try (TestServer server = denying();
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 403 ").contains("Connection: close");
        }
    }

    @Test
    void afterAShortBodyTheConnectionLivesOn() throws Exception {
        try (TestServer server = denying();
                RawClient client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789");
                String head = client.readHead();
                assertThat(head).startsWith("HTTP/1.1 403 ").doesNotContain("Connection: close");
                client.readBody(head);
            }
        }
    }

    @Test
    void afterAChunkedBodyThatEndsTheExchangeIsOver() throws Exception {
        try (TestServer server = denying();
                RawClient client = server.connect()) {
            client.send("PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            String head = client.readHead();
            client.readBody(head);
            assertThat(client.closedByServer()).isTrue();
            assertThat(server.running.awaitNone(java.time.Duration.ofSeconds(5)))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551619\r\n\r\n",
                "PUT /x HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\n",
                "PUT /x HTTP/1.1\r\n\r\n",
                "PUT /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            })
    void doubtfulFramingIsRefusedAndTheConnectionClosed(String request) throws Exception {
        try (TestServer server = new TestServer(
                        (exchange, bodies) -> Answer.status(200).text("taken").send(exchange));
                RawClient client = server.connect()) {
            client.send(request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.readHead()).matches("(?s)HTTP/1.[01] 400 .*");
            String rest = new String(
                    client.socket().getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(rest).doesNotContain("taken").doesNotContain(" 200 ");
        }
    }
}
