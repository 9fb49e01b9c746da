package io.wharfgate.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JDK clients against a real HTTPS listener. */
class ServerTlsTest {

    @TempDir
    private Path directory;

    private SelfSigned selfSigned;
    private ServerIdentity identity;
    private ServerTls tls;
    private HttpsServer server;
    private SSLContext client;

    @BeforeEach
    void start() throws Exception {
        selfSigned = new SelfSigned(directory, Clock.systemUTC());
        identity = selfSigned.ensure(List.of()).identity();
        tls = new ServerTls(identity);
        server = HttpsServer.start(tls.sslContext());
        client = TestIdentities.clientTrusting(identity);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SSLSocket connect(String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void get(SSLSocket socket, int mebibytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("GET /" + mebibytes + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
        String head = "";
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (!head.endsWith("\r\n\r\n")) {
            head += (char) in.readUnsignedByte();
        }
        assertThat(head).startsWith("HTTP/1.1 200 ");
        in.readFully(new byte[mebibytes * HttpsServer.MEBIBYTE]);
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsCarryFiftyMebibytesDown(String protocol) throws Exception {
        try (SSLSocket socket = connect(protocol)) {
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            get(socket, 50);
            get(socket, 0); // the connection is still good
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsCarryTwentyMebibytesUp(String protocol) throws Exception {
        byte[] block = new byte[HttpsServer.MEBIBYTE];
        try (SSLSocket socket = connect(protocol)) {
            OutputStream out = socket.getOutputStream();
            out.write("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20971520\r\n\r\n"
                    .getBytes(US_ASCII));
            for (int i = 0; i < 20; i++) {
                out.write(block);
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("20971520");
        }
    }

    @Test
    void olderVersionsAndWeakSuitesAreNotOffered() {
        SSLParameters parameters = tls.sslContext().createSSLEngine().getSSLParameters();

        assertThat(parameters.getProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        assertThat(parameters.getUseCipherSuitesOrder()).isTrue();
        assertThat(parameters.getCipherSuites())
                .startsWith("TLS_AES_128_GCM_SHA256")
                .contains("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
                .contains("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
                .allMatch(s -> s.contains("GCM") || s.contains("CHACHA20"))
                .allMatch(s -> !s.contains("_WITH_") || s.contains("ECDHE"));
        assertThat(List.of(parameters.getCipherSuites())).last().asString().contains("CHACHA20");
    }

    @Test
    void whatTheListenerSetsOnAnEngineDoesNotBringOldVersionsBack() {
        var engine = tls.sslContext().createSSLEngine("localhost", 1);
        engine.setUseClientMode(false);

        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    }

    @Test
    void aClientOfTls11IsRefused() {
        assertThatThrownBy(() -> connect("TLSv1.1")).isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessionsAreResumed(String protocol) throws Exception {
        long first;
        try (SSLSocket socket = connect(protocol)) {
            get(socket, 0); // a TLS 1.3 ticket comes after the handshake
            first = socket.getSession().getCreationTime();
        }
        try (SSLSocket socket = connect(protocol)) {
            SSLSession session = socket.getSession();
            get(socket, 0);
            // A resumed session keeps the creation time of the first one.
            assertThat(session.getCreationTime()).isEqualTo(first);
        }
    }

    @Test
    void alpnReachesTheListener() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            get(socket, 1);
        }
    }

    @Test
    void theAlpnSelectorSeesTheEngineOfItsOwner() throws Exception {
        var engine = tls.sslContext().createSSLEngine("localhost", 1);
        engine.setHandshakeApplicationProtocolSelector((seen, protocols) -> seen == engine ? "same" : "other");

        var selector = engine.getHandshakeApplicationProtocolSelector();
        assertThat(selector).isNotNull();
        assertThat(selector.apply(engine, List.of("h2"))).isEqualTo("same");
    }

    @Test
    void newHandshakesGetTheNewIdentityWhileRunningConnectionsGoOn() throws Exception {
        try (SSLSocket before = connect()) {
            get(before, 1);
            ServerIdentity renewed = selfSigned.reissue(List.of()).identity();
            tls.use(renewed);

            get(before, 5);
            try (SSLSocket after = connect()) {
                assertThat(shown(after)).isEqualTo(renewed.leaf()).isNotEqualTo(identity.leaf());
                get(after, 1);
            }
            assertThat(shown(before)).isEqualTo(identity.leaf());
        }
    }

    @Test
    void swapsUnderLoadFailNoHandshake() throws Exception {
        List<ServerIdentity> identities =
                List.of(identity, selfSigned.reissue(List.of()).identity());
        Thread swapper = new Thread(() -> {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                tls.use(identities.get(i % 2));
            }
        });
        swapper.start();
        try {
            for (int i = 0; i < 20; i++) {
                try (SSLSocket socket = connect(i % 2 == 0 ? "TLSv1.2" : "TLSv1.3")) {
                    get(socket, 0);
                }
            }
        } finally {
            swapper.interrupt();
            swapper.join();
        }
    }
}
