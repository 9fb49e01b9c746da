package io.wharfgate.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's TLS: one {@link SSLContext} for the whole life of a listener, behind which the identity can be swapped.
 * Connections and handshakes under way keep the identity that they began with; later handshakes get the new one.
 *
 * <p>Each identity has a JDK context of its own instead of a key manager that changes underneath. So no handshake can
 * mix two identities, and sessions and tickets of a replaced certificate end with it: a client that resumed one would
 * not notice the new certificate. The price is one full handshake per client after a swap.
 *
 * <p>TLS 1.2 and 1.3 only. Plain HTTP gets a 400 ({@link HttpsOnlyEngine}). Thread-safe.
 */
public final class ServerTls {

    /** Entries; the JDK's default is 20480. Most clients resume by ticket, which takes no room here at all. */
    private static final int SESSION_CACHE_SIZE = 4096;

    private static final int SESSION_TIMEOUT_SECONDS = 3600;

    private final SSLContext outer = new HttpsOnlyContext(this);
    private volatile Snapshot current;

    private record Snapshot(ServerIdentity identity, SSLContext context) {}

    public ServerTls(ServerIdentity identity) {
        this.current = snapshot(identity);
    }

    /** For the listener; always the same object, whatever {@link #use} does. Server side only. */
    public SSLContext sslContext() {
        return outer;
    }

    /** The identity that a handshake beginning now would get. */
    public ServerIdentity identity() {
        return current.identity();
    }

    /** Gives the identity to all handshakes from now on. */
    public void use(ServerIdentity identity) {
        current = snapshot(identity);
    }

    SSLContext inner() {
        return current.context();
    }

    SSLEngine newEngine(@Nullable String host, int port) {
        SSLContext context = inner();
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(false);
        engine.setSSLParameters(TlsParameters.server(context));
        return engine;
    }

    private static Snapshot snapshot(ServerIdentity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // No trust manager: client certificates are not asked for, and the JDK's own trust store not loaded.
            context.init(new KeyManager[] {new IdentityKeyManager(identity)}, new TrustManager[0], null);
            SSLSessionContext sessions = context.getServerSessionContext();
            sessions.setSessionCacheSize(SESSION_CACHE_SIZE);
            sessions.setSessionTimeout(SESSION_TIMEOUT_SECONDS);
            return new Snapshot(identity, context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }
}
