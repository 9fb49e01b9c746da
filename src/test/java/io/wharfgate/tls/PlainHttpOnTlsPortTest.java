package io.wharfgate.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw sockets against a real HTTPS listener. A read that gets nothing for ten seconds fails: that is a hang. */
class PlainHttpOnTlsPortTest {

    private static final int HANG_MILLIS = 10_000;
    private static final String BODY =
            "{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"this port speaks HTTPS; use https://\"}]}";

    @TempDir
    static Path directory;

    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        server = HttpsServer.start(new ServerTls(TestIdentities.selfSigned(directory)).sslContext());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(HANG_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static String answerTo(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void theAnswerIsAnErrorInTheRegistrysFormAndTheConnectionCloses() throws Exception {
        assertThat(answerTo("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\nDocker-Distribution-Api-Version: registry/2.0\r\n")
                .contains("\r\nConnection: close\r\n")
                .contains("\r\nContent-Type: application/json\r\n")
                .contains("\r\nContent-Length: " + BODY.length() + "\r\n")
                .endsWith("\r\n\r\n" + BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.0\n\n",
                "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                "DELETE /v2/a/manifests/b HTTP/1.1\r\nHost: x\r\n\r\n",
                "PUT /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                "PATCH /v2/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "POST /v2/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n",
                "CONNECT host:443 HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            })
    void everyMethodIsAnsweredAndClosed(String request) throws Exception {
        assertThat(answerTo(request)).startsWith("HTTP/1.1 400 ").endsWith(BODY);
    }

    @Test
    void headGetsNoBody() throws Exception {
        assertThat(answerTo("HEAD /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("Content-Length: " + BODY.length())
                .endsWith("\r\n\r\n");
    }

    @Test
    void aRequestThatComesByteByByteIsAnswered() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            for (byte b : "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".getBytes(US_ASCII)) {
                out.write(b);
                out.flush();
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith(BODY);
        }
    }

    @Test
    void aClientThatStopsInTheMiddleHasTheAnswerAlready() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("PUT /v2/x HT".getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(200), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aLargeUploadIsReadToItsEndSoThatTheAnswerIsNotLostToAReset() throws Exception {
        byte[] block = new byte[HttpsServer.MEBIBYTE];
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("PUT /v2/x HTTP/1.1\r\nContent-Length: 10485760\r\n\r\n".getBytes(US_ASCII));
            for (int i = 0; i < 10; i++) {
                out.write(block); // nothing is read before all is sent, like the plainest of clients
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .endsWith(BODY);
        }
    }

    @Test
    void anEndlessUploadIsCutOff() throws Exception {
        byte[] block = new byte[HttpsServer.MEBIBYTE];
        long sent = 0;
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("PUT /v2/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(US_ASCII));
            while (sent < 1L << 30) {
                out.write(block);
                sent += block.length;
            }
        } catch (SocketException expected) {
            assertThat(sent).isGreaterThanOrEqualTo(PlainHttpExchange.MAX_SWALLOWED - HttpsServer.MEBIBYTE);
        }
        assertThat(sent).isLessThan(1L << 30);
    }

    @Test
    void theListenersTimeoutEndsAnUploadThatStalls() throws Exception {
        try (HttpsServer impatient =
                        HttpsServer.start(new ServerTls(TestIdentities.selfSigned(directory)).sslContext(), 500);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            socket.setSoTimeout(HANG_MILLIS);
            socket.getOutputStream().write("PUT /x HTTP/1.1\r\nContent-Length: 99999\r\n\r\nabc".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .endsWith(BODY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\0\0\0\0\0",
                "\r\n",
                "x",
                "get / HTTP/1.1\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "GETGETGETGETGETGETGETGETGETGETGET / HTTP/1.1\r\n\r\n",
                "\u0016garbage that only begins like a TLS record",
                "\u0016\u0003\u0001\u0000\u0005hello"
            })
    void garbageIsClosedWithoutAnHttpAnswer(String garbage) throws Exception {
        assertThat(readUntilClosed(garbage.getBytes(US_ASCII))).doesNotContain("HTTP/1.1");
    }

    @Test
    void randomBytesNeverHang() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[40 + random.nextInt(400)];
            random.nextBytes(bytes);
            // A plausible record of up to 64 KiB that never ends is the idle timeout's business, not ours.
            bytes[0] = bytes[0] == 22 ? 23 : bytes[0];
            assertThat(readUntilClosed(bytes)).as("seed %d, round %d", seed, i).doesNotContain(BODY);
        }
    }

    private static String readUntilClosed(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes);
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), US_ASCII);
            } catch (SocketException reset) {
                return "";
            }
        }
    }

    @Test
    void manyAtOnceAreAllAnswered() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(() -> answerTo("GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            }
            for (Future<String> answer : clients.invokeAll(calls)) {
                assertThat(answer.get()).endsWith(BODY);
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
