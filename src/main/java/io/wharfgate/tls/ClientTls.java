package io.wharfgate.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards servers that this one is a client of: whom to trust, and who to be. TLS 1.2 and 1.3 only. Whether a server
 * has the right name is for the HTTP client to check.
 *
 * <p>Follows its files: has no thread, its owner calls {@link #poll} every few seconds. As in {@link ServerTls}, new material
 * is a JDK context of its own, so no handshake mixes old and new, and no session outlives what it was made with.
 * Connections keep what they began with. Thread-safe.
 */
public final class ClientTls {

    private final Optional<Path> authority;
    private final Optional<TlsFiles> identity;
    private final Clock clock;
    private final SSLContext outer = new ClientContext(this::inner);
    private volatile SSLContext inner;
    private String adopted;
    private String suspicious = "";
    private String refused = "";

    private ClientTls(
            Optional<Path> authority, Optional<TlsFiles> identity, Clock clock, SSLContext inner, String adopted) {
        this.authority = authority;
        this.identity = identity;
        this.clock = clock;
        this.inner = inner;
        this.adopted = adopted;
    }

    /**
     * Loads the files for the first time.
     *
     * @param authority PEM with one or more certificates that are trusted, instead of the JDK's; a server's own
     *     certificate will do
     * @param identity what to show to a server that asks for a certificate
     * @throws TlsMaterialException when a file cannot be used
     */
    public static ClientTls open(Optional<Path> authority, Optional<TlsFiles> identity, Clock clock)
            throws TlsMaterialException {
        String found = fingerprint(authority, identity);
        return new ClientTls(authority, identity, clock, load(authority, identity, clock), found);
    }

    /**
     * A context that stays what it is, whatever becomes of the files.
     *
     * @throws TlsMaterialException when a file cannot be used
     * @see #open
     */
    public static SSLContext context(Optional<Path> authority, Optional<TlsFiles> identity, Clock clock)
            throws TlsMaterialException {
        return open(authority, identity, clock).sslContext();
    }

    /** For the HTTP client; always the same object. Client side only. */
    public SSLContext sslContext() {
        return outer;
    }

    /**
     * Looks whether the files can be used as they are now; changes nothing.
     *
     * @throws TlsMaterialException when they cannot
     */
    public void check() throws TlsMaterialException {
        SSLContext unused = load(authority, identity, clock);
    }

    /**
     * Looks whether the files have changed, and uses the new ones from the next handshake on. Like {@link
     * CertificateWatch}, it says nothing of files that are not whole until it meets them so twice.
     *
     * @return whether there is something new in force
     * @throws TlsMaterialException when changed files cannot be used, once for one state of the files; the old ones stay in
     *     force
     */
    public synchronized boolean poll() throws TlsMaterialException {
        String found = fingerprint(authority, identity);
        if (found.equals(adopted)) {
            suspicious = "";
            refused = "";
            return false;
        }
        if (found.equals(refused)) {
            return false;
        }
        try {
            SSLContext next = load(authority, identity, clock);
            if (!fingerprint(authority, identity).equals(found)) {
                return false; // changed while being read; the next poll sees all of it
            }
            inner = next;
            adopted = found;
            return true;
        } catch (TlsMaterialException e) {
            if (!found.equals(suspicious)) {
                suspicious = found;
                return false;
            }
            refused = found;
            throw e;
        }
    }

    /** False while the files are in a state that was refused. */
    public synchronized boolean inForce() {
        return refused.isEmpty();
    }

    private SSLContext inner() {
        return inner;
    }

    private static String fingerprint(Optional<Path> authority, Optional<TlsFiles> identity) {
        List<String> parts = new ArrayList<>();
        authority.ifPresent(file -> parts.add(TlsFiles.bundle(file).fingerprint()));
        identity.ifPresent(files -> parts.add(files.fingerprint()));
        return String.join(" ", parts);
    }

    private static SSLContext load(Optional<Path> authority, Optional<TlsFiles> identity, Clock clock)
            throws TlsMaterialException {
        TrustManager @Nullable [] trust = null;
        KeyManager @Nullable [] keys = null;
        try {
            if (authority.isPresent()) {
                trust = trusting(CertificateFile.read(authority.get()));
            }
            if (identity.isPresent()) {
                keys = new KeyManager[] {new IdentityKeyManager(ServerIdentity.load(identity.get(), clock))};
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusting(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
