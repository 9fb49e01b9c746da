package io.wharfgate.client.remote;

import io.wharfgate.client.ExchangeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are trusted. */
final class Trust {

    /** Where docker and podman look for authorities; below it a directory for each registry. */
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/etc/docker/certs.d"), Path.of("/etc/containers/certs.d"));

    private Trust() {}

    /**
     * The system's authorities, those that docker was told of for this registry, and others.
     *
     * @param host as image names begin with it
     */
    static SSLContext of(String host, List<Path> more) throws ExchangeException {
        List<X509Certificate> extra = new ArrayList<>();
        for (Path directory : DIRECTORIES) {
            for (Path file : authorities(directory.resolve(host))) {
                extra.addAll(read(file));
            }
        }
        for (Path file : more) {
            extra.addAll(read(file));
        }
        return context(true, extra);
    }

    /** The first certificate of the file and no other. */
    static SSLContext only(Path file) throws ExchangeException {
        return context(false, read(file).subList(0, 1));
    }

    private static List<Path> authorities(Path directory) throws ExchangeException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".crt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ExchangeException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> read(Path file) throws ExchangeException {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new ExchangeException(file + " holds no certificate ('-----BEGIN CERTIFICATE-----')");
            }
            return found.stream().map(X509Certificate.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new ExchangeException(file + " holds something that is no PEM certificate: " + e.getMessage(), e);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new ExchangeException("there is no file " + file, e);
        } catch (ExchangeException e) {
            throw e;
        } catch (IOException e) {
            throw new ExchangeException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(boolean system, List<X509Certificate> extra) throws ExchangeException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<X509Certificate> all = new ArrayList<>(extra);
            if (system) {
                all.addAll(ofSystem());
            }
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry("authority-" + i, all.get(i));
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ExchangeException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> ofSystem() throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager authorities) {
                found.addAll(List.of(authorities.getAcceptedIssuers()));
            }
        }
        return found;
    }

    /** @param store null for the system's */
    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
