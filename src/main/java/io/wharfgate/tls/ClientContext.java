package io.wharfgate.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
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

/** The context that a client holds: each engine comes from the context in force when it is made. */
final class ClientContext extends SSLContext {

    ClientContext(Supplier<SSLContext> inner) {
        super(new Spi(inner), null, "TLS");
    }

    private static final class Spi extends SSLContextSpi {

        private final Supplier<SSLContext> inner;

        Spi(Supplier<SSLContext> inner) {
            this.inner = inner;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return client(inner.get().createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(@Nullable String host, int port) {
            return client(inner.get().createSSLEngine(host, port));
        }

        private static SSLEngine client(SSLEngine engine) {
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(TlsParameters.PROTOCOLS.toArray(String[]::new));
            return engine;
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            SSLParameters parameters = inner.get().getDefaultSSLParameters();
            parameters.setProtocols(TlsParameters.PROTOCOLS.toArray(String[]::new));
            return parameters;
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return inner.get().getSupportedSSLParameters();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return inner.get().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return inner.get().getClientSessionContext();
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("this context is ready for use; it follows its files by ClientTls.poll");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines only: the HTTP client is an asynchronous one");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("for clients only");
        }
    }
}
