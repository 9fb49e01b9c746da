package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in every form that HTTP allows: the client gets the same content, and its connection stays in step. */
class OddAnswerGatewayTest {

    @TempDir
    private static Path directory;

    private static GatewayFixture gateway;

    private RawTls raw;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void reset() throws Exception {
        gateway.upstream.reset();
        raw = gateway.connect(false);
    }

    @org.junit.jupiter.api.AfterEach
    void disconnect() throws Exception {
        raw.close();
    }

    /** Answers every request with these bytes, and ends the connection if they say so. */
    private static void upstreamSays(String answer) {
        upstreamSays(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void upstreamSays(byte[] answer) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        gateway.upstream.script((peer, head) -> {
            peer.send(answer);
            if (text.contains("Connection: close") || text.startsWith("HTTP/1.0")) {
                peer.halfClose();
                peer.readToEnd();
            }
        });
    }

    private String ask(String method) throws Exception {
        raw.request(method + " /v2/odd/manifests/latest");
        return raw.readHead();
    }

    /** The connection to the client stands where the next answer begins. */
    private void assertInStep() throws Exception {
        raw.request("GET /v2/");
        String head = raw.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(raw.readBody(head)).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of the content",
                "HTTP/1.0 200 OK\r\n\r\nall of the content",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\nf\r\n of the content\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;a=b\r\nall\r\n00F\r\n of the content\r\n0\r\nDigest: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nall of the content",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nall of the content\r\n0\r\n\r\n",
                "HTTP/1.1 200\r\ncontent-length:18\r\n\r\nall of the content",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nall of the content",
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nall of the content",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nall of the content",
            })
    void contentIsTheSameInEveryFraming(String answer) throws Exception {
        upstreamSays(answer);
        String head = ask("GET");
        assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Digest:", "Link:", "Connection: close");
        assertThat(raw.readFramed(head)).asString(StandardCharsets.US_ASCII).isEqualTo("all of the content");
        assertInStep();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    'HTTP/1.1 204 No Content'",
        "DELETE, 'HTTP/1.1 204 No Content'",
        "GET,    'HTTP/1.1 204 No Content,Content-Length: 0'",
        "GET,    'HTTP/1.1 304 Not Modified'",
        "GET,    'HTTP/1.1 304 Not Modified,Content-Length: 18,ETag: \"x\"'",
        "HEAD,   'HTTP/1.1 304 Not Modified,Content-Length: 18,ETag: \"x\"'",
        "HEAD,   'HTTP/1.1 200 OK,Content-Length: 5000000000'",
        "HEAD,   'HTTP/1.1 200 OK,Transfer-Encoding: chunked'",
        "HEAD,   'HTTP/1.1 404 Not Found,Content-Length: 157'",
        "HEAD,   'HTTP/1.1 200 OK'",
        "GET,    'HTTP/1.1 200 OK,Content-Length: 0'",
    })
    void answersWithoutContentEndWithTheirHead(String method, String head) throws Exception {
        upstreamSays(head.replace(",", "\r\n") + "\r\n\r\n");
        for (int i = 0; i < 3; i++) {
            String answer = ask(method);
            assertThat(answer).startsWith(head.replaceFirst(",.*", "") + "\r\n");
            RawTls.find(head.replace(",", "\r\n"), "ETag")
                    .ifPresent(etag -> assertThat(RawTls.header(answer, "ETag")).isEqualTo(etag));
            assertInStep();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 157, 5_000_000_000L})
    void headTellsTheLengthThatGetWouldHave(long length) throws Exception {
        upstreamSays("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
        assertThat(RawTls.header(ask("HEAD"), "Content-Length")).isEqualTo(Long.toString(length));
        assertInStep();
    }

    @Test
    void lengthThatTheUpstreamTellsIsToldToTheClient() throws Exception {
        byte[] content = RegistryClient.noise(3_000_000, 7);
        gateway.upstream.script((peer, head) ->
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n").send(content));
        String head = ask("GET");
        assertThat(head).contains("Content-Length: 3000000").doesNotContain("Transfer-Encoding");
        assertThat(raw.readFramed(head)).isEqualTo(content);
        assertInStep();
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD,   'HTTP/1.1 204 No Content,Content-Length: 0'",
        "HEAD,   'HTTP/1.1 204 No Content'",
        "GET,    'HTTP/1.1 204 No Content,Content-Length: 0'",
        "HEAD,   'HTTP/1.1 304 Not Modified,ETag: \"x\"'",
        "HEAD,   'HTTP/1.1 200 OK,Transfer-Encoding: chunked'",
        "HEAD,   'HTTP/1.1 200 OK'",
    })
    void lengthThatIsNotKnownIsNotMadeUp(String method, String head) throws Exception {
        upstreamSays(head.replace(",", "\r\n") + "\r\n\r\n");
        assertThat(ask(method)).doesNotContain("Content-Length");
        if (head.contains(" 204 ")) {
            assertThat(ask(method)).doesNotContain("Transfer-Encoding");
        }
    }

    @Test
    void unknownLengthIsFramedAnew() throws Exception {
        byte[] content = RegistryClient.noise(3_000_000, 8);
        gateway.upstream.script((peer, head) -> {
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").send(content);
            peer.halfClose();
            peer.readToEnd();
        });
        String head = ask("GET");
        assertThat(head).contains("Transfer-Encoding: chunked").doesNotContain("Connection: close");
        assertThat(raw.readFramed(head)).isEqualTo(content);
        assertInStep();
    }

    @Test
    void compressedContentStaysAsItIs() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(RegistryClient.bytes("{\"tags\":[]}"));
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(RegistryClient.bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
                + "Content-Length: " + compressed.size() + "\r\n\r\n"));
        answer.writeBytes(compressed.toByteArray());
        upstreamSays(answer.toByteArray());
        raw.request("GET /v2/odd/tags/list", "Accept-Encoding: gzip");
        String head = raw.readHead();
        assertThat(head).contains("Content-Encoding: gzip", "Vary: Accept-Encoding");
        assertThat(raw.readFramed(head)).isEqualTo(compressed.toByteArray());
        assertThat(gateway.upstream.request()).contains("Accept-Encoding: gzip\r\n");
    }

    @Test
    void nothingIsAskedForThatTheClientDidNotAskFor() throws Exception {
        upstreamSays(ScriptedUpstream.OK);
        raw.readFramed(ask("GET"));
        assertThat(gateway.upstream.request())
                .doesNotContainIgnoringCase("Accept-Encoding:")
                .doesNotContainIgnoringCase("User-Agent:")
                .doesNotContainIgnoringCase("Upgrade:")
                .doesNotContainIgnoringCase("Cookie:")
                .doesNotContainIgnoringCase("\nTE:");
    }

    @Test
    void rangeAndItsAnswerGoThrough() throws Exception {
        upstreamSays("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-5/10\r\nContent-Length: 4\r\n"
                + "Accept-Ranges: bytes\r\nETag: \"e\"\r\n\r\n2345");
        raw.request("GET /v2/odd/manifests/latest", "Range: bytes=2-5", "If-Range: \"e\"");
        String head = raw.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("Content-Range: bytes 2-5/10", "Accept-Ranges: bytes", "ETag: \"e\"");
        assertThat(raw.readBody(head)).isEqualTo("2345");
        assertThat(gateway.upstream.request()).contains("Range: bytes=2-5\r\n", "If-Range: \"e\"\r\n");
    }

    @Test
    void cookiesAreNotKept() throws Exception {
        upstreamSays("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\n{}");
        raw.readFramed(ask("GET"));
        raw.readFramed(ask("GET"));
        assertThat(gateway.upstream.received()).doesNotContainIgnoringCase("cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"299 Fine", "404 Not Found", "418 I'm a teapot", "429 Too Many Requests", "451 X", "503 Y"})
    void statusAndBodyOfAnErrorAreTheUpstreams(String status) throws Exception {
        upstreamSays(
                "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\nno!");
        String head = ask("GET");
        assertThat(head)
                .startsWith("HTTP/1.1 " + status.substring(0, 3) + " ")
                .contains("Content-Type: text/html", "Retry-After: 7", "Docker-Distribution-Api-Version: registry/2.0");
        assertThat(raw.readBody(head)).isEqualTo("no!");
        assertInStep();
    }
}
