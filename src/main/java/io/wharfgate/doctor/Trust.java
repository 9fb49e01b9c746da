package io.wharfgate.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Who vouches for servers: a file of CAs, or what this machine trusts. */
final class Trust {

    /** Where docker and podman look, on Debian and on Red Hat. */
    private static final List<Path> OF_SYSTEM =
            List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"), Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

    private Trust() {}

    /**
     * Reads the file at once, if there is one; the many certificates of the system only when somebody asks.
     *
     * @throws IOException when the file cannot be used; the message names it
     */
    static Supplier<X509TrustManager> of(Optional<Path> authority) throws IOException, GeneralSecurityException {
        if (authority.isPresent()) {
            X509TrustManager given = manager(store(authority.get()));
            return () -> given;
        }
        return new OfSystem();
    }

    /** Loaded at the first call. */
    private static final class OfSystem implements Supplier<X509TrustManager> {

        private @Nullable X509TrustManager loaded;

        @Override
        public synchronized X509TrustManager get() {
            if (loaded == null) {
                loaded = load();
            }
            return loaded;
        }

        private static X509TrustManager load() {
            try {
                Optional<Path> file =
                        OF_SYSTEM.stream().filter(Files::isReadable).findFirst();
                return manager(file.isPresent() ? store(file.get()) : ofJava());
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("the CAs of this machine cannot be read", e);
            }
        }
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this Java has no X.509 trust");
    }

    private static @Nullable KeyStore ofJava() {
        return null;
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException(file + ": holds no certificate; give the CA's certificate in PEM");
            }
            int number = 0;
            for (Certificate certificate : found) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            return store;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (CertificateException e) {
            throw new IOException(file + ": not certificates in PEM", e);
        }
    }
}
