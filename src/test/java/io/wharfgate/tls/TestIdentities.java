package io.wharfgate.tls;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests, and clients that trust them. */
final class TestIdentities {

    private TestIdentities() {}

    static ServerIdentity selfSigned(Path directory) throws TlsMaterialException {
        return new SelfSigned(directory, Clock.systemUTC()).ensure(List.of()).identity();
    }

    static SSLContext clientTrusting(X509Certificate... authorities) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry(authority.getSerialNumber().toString(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static SSLContext clientTrusting(ServerIdentity identity) throws Exception {
        return clientTrusting(identity.chain().get(identity.chain().size() - 1));
    }
}
