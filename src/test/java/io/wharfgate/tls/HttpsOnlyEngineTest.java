package io.wharfgate.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine by itself, with the bytes cut exactly where a test wants them cut. */
class HttpsOnlyEngineTest {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @TempDir
    private Path directory;

    private SSLEngine engine;
    private final ByteBuffer plaintext = ByteBuffer.allocate(1 << 16);
    private final ByteBuffer wire = ByteBuffer.allocate(1 << 16);

    @BeforeEach
    void makeEngine() throws Exception {
        engine =
                new ServerTls(TestIdentities.selfSigned(directory)).sslContext().createSSLEngine();
        engine.beginHandshake();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private SSLEngineResult unwrap(String text) throws SSLException {
        return engine.unwrap(bytes(text), plaintext);
    }

    @ParameterizedTest
    @CsvSource({
        "'', TOO_FEW",
        "G, TOO_FEW",
        "GET, TOO_FEW",
        "'GET ', HTTP",
        "UPDATEREDIRECTREF, TOO_FEW",
        "'UPDATEREDIRECTREF /', HTTP",
        "'AB /', OTHER",
        "get, OTHER",
        "G3T, OTHER",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ, OTHER",
        "' GET', OTHER",
        "'\u0016', TOO_FEW",
        "'\u0016\u0003', TLS",
        "'\u0016G', OTHER",
        "'\u0015\u0003', OTHER"
    })
    void theFirstBytesTellTheProtocolAndAreNotConsumed(String text, FirstBytes expected) {
        ByteBuffer source = bytes(text);

        assertThat(FirstBytes.of(source)).isEqualTo(expected);
        assertThat(source.position()).isZero();
    }

    @Test
    void aMethodThatComesInPiecesIsWaitedForAndThenAnswered() throws Exception {
        for (String soFar : List.of("", "P", "PU", "PUT")) {
            SSLEngineResult result = unwrap(soFar);
            assertThat(result.getStatus()).isEqualTo(Status.BUFFER_UNDERFLOW);
            assertThat(result.bytesConsumed()).isZero();
        }
        SSLEngineResult recognised = unwrap("PUT ");
        assertThat(recognised.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
        assertThat(recognised.bytesConsumed()).isEqualTo(4);

        SSLEngineResult answered = engine.wrap(NOTHING, wire);
        assertThat(answered.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_UNWRAP);
        assertThat(new String(wire.array(), 0, answered.bytesProduced(), US_ASCII))
                .startsWith("HTTP/1.1 400 ");
        assertThat(engine.wrap(NOTHING, wire).bytesProduced()).as("once only").isZero();

        for (char c : "/ HTTP/1.1\r\nContent-Length: 2\r\n\r\nx".toCharArray()) {
            assertThat(unwrap(String.valueOf(c)).getStatus()).isEqualTo(Status.OK);
        }
        assertThat(unwrap("y").getStatus()).isEqualTo(Status.CLOSED);
        assertThat(engine.isInboundDone()).isTrue();
        assertThat(engine.isOutboundDone()).isTrue();
        assertThat(plaintext.position()).as("nothing reaches the application").isZero();
    }

    @Test
    void aBufferTooSmallForTheAnswerIsSaidToBeSo() throws Exception {
        unwrap("GET / HTTP/1.1\r\n\r\n");

        assertThat(engine.wrap(NOTHING, ByteBuffer.allocate(10)).getStatus()).isEqualTo(Status.BUFFER_OVERFLOW);
        assertThat(engine.wrap(NOTHING, wire).bytesProduced()).isPositive();
        assertThat(unwrap("").getStatus()).isEqualTo(Status.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.0\n\n",
                "PUT / HTTP/1.1\r\ncontent-LENGTH:  3 \r\n\r\nabc",
                "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "PUT / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\n0\r\n\r\n0\r\n\r\n",
                "PUT / HTTP/1.1\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
            })
    void theConnectionClosesAtTheEndOfTheRequestAndNotBefore(String request) throws Exception {
        String allButTheEnd = request.substring(0, request.length() - 1);
        unwrap(allButTheEnd);
        engine.wrap(NOTHING, wire);
        // The chunked body holds "0\r\n\r\n" in its data on purpose: that may end it early, and never late.
        if (!request.contains("gzip")) {
            assertThat(unwrap("").getStatus()).isEqualTo(Status.BUFFER_UNDERFLOW);
        }

        assertThat(unwrap(request.substring(request.length() - 1)).getStatus()).isEqualTo(Status.CLOSED);
    }

    @Test
    void aHeadWithoutEndIsNotKeptAndIsCutOff() throws Exception {
        unwrap("GET /");
        engine.wrap(NOTHING, wire);
        ByteBuffer mebibyte = ByteBuffer.allocate(1 << 20);
        int rounds = 0;
        while (engine.unwrap(mebibyte.clear(), plaintext).getStatus() != Status.CLOSED) {
            rounds++;
            assertThat(rounds).isLessThan(20);
        }
        assertThat(rounds).isGreaterThanOrEqualTo(15);
    }

    @Test
    void whatIsNeitherEndsAtOnceAndSilently() throws Exception {
        assertThatThrownBy(() -> unwrap("SSH-2.0")).isInstanceOf(SSLException.class);

        assertThat(engine.wrap(NOTHING, wire).getStatus()).isEqualTo(Status.CLOSED);
        assertThat(wire.position()).isZero();
        assertThat(engine.isInboundDone()).isTrue();
    }

    @Test
    void anEngineClosedBeforeItsFirstByteStaysClosed() throws Exception {
        engine.closeOutbound();
        assertThat(engine.isOutboundDone()).isFalse(); // the JDK has its close_notify to send first
        while (!engine.isOutboundDone()) {
            engine.wrap(NOTHING, wire);
        }
        assertThat(engine.isOutboundDone()).isTrue();
    }

    @Test
    void itIsAServersEngineOnly() {
        assertThatThrownBy(() -> engine.setUseClientMode(true)).isInstanceOf(IllegalArgumentException.class);
        assertThat(engine.getUseClientMode()).isFalse();
    }
}
