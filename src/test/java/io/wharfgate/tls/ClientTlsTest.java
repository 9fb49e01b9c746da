package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.secret.Secret;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Handshakes in memory with a server that asks for the client's certificate. */
class ClientTlsTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path directory;

    private ServerIdentity server;
    private Path authority;

    @BeforeEach
    void makeServer() throws Exception {
        server = TestIdentities.selfSigned(directory.resolve("server"));
        authority = Files.copy(directory.resolve("server/ca.crt"), directory.resolve("authority.pem"));
    }

    private Path pem(String resource) throws Exception {
        Path file = directory.resolve(resource);
        try (InputStream in = Objects.requireNonNull(ClientTlsTest.class.getResourceAsStream("pem/" + resource))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private TlsFiles identity(String certificate, String key) throws Exception {
        return new TlsFiles(pem(certificate), pem(key), Optional.of(Secret.of("correct horse")));
    }

    private ClientTls trustingOnly() throws Exception {
        return ClientTls.open(Optional.of(authority), Optional.empty(), CLOCK);
    }

    /** Lets the two talk until both are done; the server's view is the answer. */
    private SSLEngine handshake(ClientTls tls, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {new IdentityKeyManager(server)}, new TrustManager[] {new TrustAnyClient()}, null);
        SSLEngine accepting = context.createSSLEngine();
        accepting.setUseClientMode(false);
        accepting.setWantClientAuth(true);
        if (protocols.length > 0) {
            accepting.setEnabledProtocols(protocols);
        }
        SSLEngine connecting = tls.sslContext().createSSLEngine("localhost", 443);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        connecting.beginHandshake();
        for (int round = 0; round < 50; round++) {
            step(connecting, toClient, toServer);
            step(accepting, toServer, toClient);
        }
        assertThat(connecting.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(accepting.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        return accepting;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else if (in.position() > 0) {
            in.flip();
            engine.unwrap(in, ByteBuffer.allocate(1 << 16));
            in.compact();
        }
    }

    private static Certificate shown(SSLEngine accepting) throws SSLPeerUnverifiedException {
        return accepting.getSession().getPeerCertificates()[0];
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, rsa.pkcs8.key",
        "rsa.crt, rsa.pkcs8.encrypted.key",
        "ec.crt, ec.pkcs8.key",
        "ec.crt, ec.sec1.encrypted.key",
        "ed25519.crt, ed25519.key",
        "rsapss.crt, rsapss.key"
    })
    void everyKindOfIdentityIsShownInBothVersions(String certificate, String key) throws Exception {
        ClientTls tls = ClientTls.open(Optional.of(authority), Optional.of(identity(certificate, key)), CLOCK);
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            SSLEngine accepting = handshake(tls, protocol);
            assertThat(accepting.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(shown(accepting))
                    .isEqualTo(
                            CertificateFile.read(directory.resolve(certificate)).get(0));
        }
    }

    @Test
    void withoutAnIdentityNoneIsShown() throws Exception {
        SSLEngine accepting = handshake(trustingOnly());
        assertThatThrownBy(() -> shown(accepting)).isInstanceOf(SSLPeerUnverifiedException.class);
    }

    @Test
    void configuredAuthorityReplacesTheOthers() throws Exception {
        authority = pem("rsa.crt");
        assertThatThrownBy(() -> handshake(trustingOnly())).isInstanceOf(SSLException.class);
        ClientTls system = ClientTls.open(Optional.empty(), Optional.empty(), CLOCK);
        assertThatThrownBy(() -> handshake(system)).isInstanceOf(SSLException.class);
    }

    @Test
    void severalAuthoritiesAreTrustedAndTheServersOwnCertificateWillDo() throws Exception {
        Files.writeString(
                authority,
                Files.readString(pem("rsa.crt")) + PemText.of(server.chain().subList(0, 1)));
        assertThat(handshake(trustingOnly()).getSession().isValid()).isTrue();
    }

    @Test
    void olderVersionsAreNotOffered() throws Exception {
        SSLContext context = trustingOnly().sslContext();
        assertThat(context.createSSLEngine().getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        assertThat(context.getDefaultSSLParameters().getProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        assertThat(context.createSSLEngine().getUseClientMode()).isTrue();
    }

    @Test
    void newFilesCountFromTheNextHandshakeOn() throws Exception {
        ClientTls tls = trustingOnly();
        assertThat(tls.poll()).isFalse();
        ServerIdentity next = TestIdentities.selfSigned(directory.resolve("next"));
        Files.copy(directory.resolve("next/ca.crt"), authority, StandardCopyOption.REPLACE_EXISTING);
        handshake(tls);

        assertThat(tls.poll()).isTrue();
        assertThat(tls.poll()).isFalse();

        assertThatThrownBy(() -> handshake(tls)).isInstanceOf(SSLException.class);
        server = next;
        handshake(tls);
    }

    @Test
    void brokenFilesAreRefusedOnceAndTheOldOnesStay() throws Exception {
        ClientTls tls = trustingOnly();
        Files.writeString(authority, "broken");
        assertThat(tls.poll()).isFalse();
        assertThatThrownBy(tls::poll)
                .isInstanceOf(TlsMaterialException.class)
                .hasMessageContaining("authority.pem: is not PEM");
        assertThat(tls.poll()).isFalse();
        handshake(tls);
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        Path missing = directory.resolve("missing.pem");
        assertThat(problem(Optional.of(missing), Optional.empty())).isEqualTo(Problem.MISSING);
        Path key = pem("rsa.pkcs8.key");
        assertThat(problem(Optional.of(key), Optional.empty())).isEqualTo(Problem.NO_CERTIFICATE);
        TlsFiles mixed = identity("ec.crt", "rsa.pkcs8.key");
        assertThat(problem(Optional.empty(), Optional.of(mixed))).isEqualTo(Problem.MISMATCH);
        TlsFiles locked = TlsFiles.of(pem("rsa.crt"), pem("rsa.pkcs8.encrypted.key"));
        assertThat(problem(Optional.empty(), Optional.of(locked))).isEqualTo(Problem.PASSPHRASE_MISSING);
    }

    private static Problem problem(Optional<Path> authority, Optional<TlsFiles> identity) {
        try {
            ClientTls.open(authority, identity, CLOCK);
        } catch (TlsMaterialException e) {
            return e.problem();
        }
        throw new AssertionError("opened");
    }

    /** Takes every client certificate, and names an authority that issued none of them. */
    private final class TrustAnyClient extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {server.leaf()};
        }
    }
}
