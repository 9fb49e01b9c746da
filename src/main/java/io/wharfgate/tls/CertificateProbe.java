package io.wharfgate.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a server to see its certificate, without trusting it: for showing what is served, and for nothing else.
 *
 * @param chain as the server sent it
 * @param protocol such as {@code TLSv1.3}
 */
public record CertificateProbe(List<X509Certificate> chain, String protocol, String cipherSuite) {

    /**
     * Makes one TLS handshake, and sends nothing more.
     *
     * @param host a DNS name, which is sent as SNI, or an address without brackets
     * @throws IOException when nothing answers there, or not with TLS; the message is for people
     */
    public static CertificateProbe connect(String host, int port, Duration timeout) throws IOException {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(InetAddress.getByName(host), port), millis);
            plain.setSoTimeout(millis);
            return handshake(plain, host, port);
        } catch (SSLException e) {
            throw new IOException("no TLS handshake: " + e.getMessage(), e);
        } catch (java.net.UnknownHostException e) {
            throw new IOException("unknown host " + host, e);
        }
    }

    private static CertificateProbe handshake(Socket plain, String host, int port) throws IOException {
        Seen seen = new Seen();
        SSLContext context;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {seen}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            if (!SubjectName.parse(host).isAddress()) {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new CertificateProbe(
                    seen.chain,
                    socket.getSession().getProtocol(),
                    socket.getSession().getCipherSuite());
        }
    }

    /** Notes what it is shown, and objects to nothing: no request is ever sent on such a connection. */
    private static final class Seen extends X509ExtendedTrustManager {

        private List<X509Certificate> chain = List.of();

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType) {
            chain = List.of(shown);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, @Nullable Socket socket) {
            checkServerTrusted(shown, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String authType, @Nullable SSLEngine engine) {
            checkServerTrusted(shown, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType) {
            throw new UnsupportedOperationException("a client only");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType, @Nullable Socket socket) {
            throw new UnsupportedOperationException("a client only");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String authType, @Nullable SSLEngine engine) {
            throw new UnsupportedOperationException("a client only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
