package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of certificates that clients do not take. */
class CertificateTest {

    @TempDir
    private Path directory;

    private TestChain chain;

    @BeforeEach
    void makeChain() throws Exception {
        chain = TestChain.of("localhost", 30);
    }

    /** A server that answers 404 to everything, over TLS. */
    private Examination examine(TestChain of, X509Certificate... shown) throws Exception {
        SSLContext context = of.server(shown);
        try (ServerSocket listener =
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(listener), "tls-server");
            server.setDaemon(true);
            server.start();
            Options options = Examination.options(new Target(true, "localhost", listener.getLocalPort()));
            Options trusting = Examination.trusting(options, of.writeRoot(directory.resolve("root.crt")));
            return Examination.of(Examination.withPace(
                    trusting, new Options.Pace(Duration.ofSeconds(5), false, false, Options.Slowness.USUAL)));
        }
    }

    private static void serve(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                InputStream in = socket.getInputStream();
                if (in.read() >= 0) {
                    String answer = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                // A handshake that was meant to fail, or the end.
            }
        }
    }

    @Test
    void aWholeChainIsFine() throws Exception {
        examine(chain, chain.leaf(), chain.intermediate())
                .ok("certificate-names")
                .ok("certificate-dates")
                .ok("certificate-chain")
                .ok("certificate-trust")
                .ok("tls-versions")
                .failed("challenge", Advice.NOT_A_REGISTRY);
    }

    @Test
    void aMissingIntermediateIsNamed() throws Exception {
        Examination examination = examine(chain, chain.leaf())
                .failed("certificate-chain", Advice.CHAIN)
                .skipped("challenge");
        assertThat(examination.outcome("certificate-chain").seen())
                .contains("1 certificate", "CN=Intermediate", "missing");
    }

    @Test
    void anOddOrderIsWarnedOf() throws Exception {
        examine(chain, chain.leaf(), chain.root(), chain.intermediate())
                .warned("certificate-chain", Advice.CHAIN_ORDER)
                .ok("certificate-trust");
    }

    @Test
    void anotherNameIsAFailure() throws Exception {
        TestChain other = TestChain.of("registry.example.com", 30);
        Examination examination = examine(other, other.leaf(), other.intermediate())
                .failed("certificate-names", Advice.CERTIFICATE_NAMES)
                .skipped("challenge");
        assertThat(examination.outcome("certificate-names").seen()).isEqualTo("registry.example.com");
    }

    @Test
    void anExpiredOneIsAFailure() throws Exception {
        TestChain old = TestChain.of("localhost", -3);
        examine(old, old.leaf(), old.intermediate()).failed("certificate-dates", Advice.CERTIFICATE_EXPIRED);
    }

    @Test
    void oneThatExpiresSoonIsWarnedOf() throws Exception {
        TestChain soon = TestChain.of("localhost", 5);
        examine(soon, soon.leaf(), soon.intermediate())
                .warned("certificate-dates", Advice.CERTIFICATE_EXPIRED)
                .ok("certificate-trust");
    }

    @Test
    void oldTlsIsToldByTheServersFirstMessage() throws Exception {
        byte[] serverHello = {22, 3, 1, 0, 6, 2, 0, 0, 2, 3, 1};
        byte[] alert = {21, 3, 1, 0, 2, 2, 70};
        assertThat(takesTls10(serverHello)).isTrue();
        assertThat(takesTls10(alert)).isFalse();
        assertThat(takesTls10(new byte[0])).isFalse();
    }

    private static boolean takesTls10(byte[] answer) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket server = listener.accept()) {
            server.getOutputStream().write(answer);
            server.shutdownOutput();
            boolean taken = OldTls.TLS_1_0.accepted(client, "localhost");
            byte[] hello = server.getInputStream().readNBytes(11);
            assertThat(hello).startsWith(22, 3, 1).endsWith(3, 1);
            return taken;
        }
    }
}
