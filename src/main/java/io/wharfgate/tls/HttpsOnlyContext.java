package io.wharfgate.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The context that a listener holds: its engines begin with the identity in force and answer plain HTTP. */
final class HttpsOnlyContext extends SSLContext {

    HttpsOnlyContext(ServerTls tls) {
        super(new Spi(tls), null, "TLS");
    }

    /** Asks for the inner context at every call, since a swap of the identity replaces it. */
    private static final class Spi extends SSLContextSpi {

        private final ServerTls tls;

        Spi(ServerTls tls) {
            this.tls = tls;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return engineCreateSSLEngine(null, -1);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(@Nullable String host, int port) {
            return new HttpsOnlyEngine(tls.newEngine(host, port), host, port);
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return TlsParameters.server(tls.inner());
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return tls.inner().getSupportedSSLParameters();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return tls.inner().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return tls.inner().getClientSessionContext();
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("this context is ready for use; swap its identity by ServerTls.use");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines only: a socket could not answer plain HTTP");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("engines only: a socket could not answer plain HTTP");
        }
    }
}
