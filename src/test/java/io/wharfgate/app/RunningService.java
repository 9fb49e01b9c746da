package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.config.LogConfig;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.secret.Secret;
import io.wharfgate.storage.filesystem.FilesystemConfig;
import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The whole service on ports that the system chooses, with one user, in a directory of the test's. */
public final class RunningService implements AutoCloseable {

    public static final String USER = "tester";
    public static final String PASSWORD = "correct-horse-7";
    private static final ListenAddress ANY_PORT = new ListenAddress("127.0.0.1", 0);

    private final Wharfgate service;

    private RunningService(Wharfgate service) {
        this.service = service;
    }

    /** What a test wants to be different from an ordinary service below a directory. */
    public record Setup(
            Path directory, TlsConfig tls, Path htpasswd, boolean delete, Duration stall, Duration drain, int buffer) {

        public static Setup in(Path directory) {
            return new Setup(
                    directory,
                    new TlsConfig.SelfSigned(List.of("localhost", "127.0.0.1"), directory.resolve("tls")),
                    directory.resolve("htpasswd"),
                    true,
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    128 * 1024);
        }

        public Setup withoutDelete() {
            return new Setup(directory, tls, htpasswd, false, stall, drain, buffer);
        }

        Setup tls(TlsConfig other) {
            return new Setup(directory, other, htpasswd, delete, stall, drain, buffer);
        }

        Setup stall(Duration other) {
            return new Setup(directory, tls, htpasswd, delete, other, drain, 16 * 1024);
        }

        Setup drain(Duration other) {
            return new Setup(directory, tls, htpasswd, delete, stall, other, buffer);
        }

        /** The configuration; {@code htpasswd} is a file that somebody named. */
        WharfgateConfig config() {
            return config(false);
        }

        WharfgateConfig config(boolean defaultHtpasswd) {
            return new WharfgateConfig(
                    new ServerConfig(
                            ANY_PORT,
                            Optional.of(ANY_PORT),
                            Optional.of(URI.create("https://registry.example.com")),
                            List.of(),
                            directory,
                            new ServerConfig.Limits(stall, drain, 1000, buffer, 0)),
                    tls,
                    new AuthConfig(
                            "Wharfgate",
                            htpasswd,
                            defaultHtpasswd,
                            Optional.empty(),
                            AuthConfig.Challenge.BASIC,
                            Duration.ofMinutes(5)),
                    new FilesystemConfig(directory.resolve("registry")),
                    new RegistryConfig(delete),
                    new OpsConfig(Optional.of(ANY_PORT)),
                    new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN));
        }

        /** Starts the service; makes {@link #USER} first, if there is no password file. */
        public RunningService start() throws Exception {
            Files.createDirectories(directory);
            if (Files.notExists(htpasswd)) {
                addUser(USER, PASSWORD);
            }
            Wharfgate service = Wharfgate.of(config());
            service.start();
            return new RunningService(service);
        }

        void addUser(String user, String password) throws Exception {
            new HtpasswdEditor(htpasswd).add(user, Secret.of(password), HtpasswdEditor.LOWEST_COST);
        }
    }

    public RegistryUnderTest registry() throws IOException, GeneralSecurityException {
        return at(trusting(service.ownAuthority().orElseThrow()));
    }

    /** The registry, to a client that trusts what it likes. */
    RegistryUnderTest at(SSLContext trust) {
        return new RegistryUnderTest(URI.create("https://localhost:" + service.port()), trust, USER, PASSWORD);
    }

    Wharfgate service() {
        return service;
    }

    /** Port of the plain listener. */
    int redirectPort() {
        return service.ports().get(0);
    }

    /** Port of the operator's listener. */
    int opsPort() {
        return service.ports().get(1);
    }

    static SSLContext trusting(Path... authorities) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Path file : authorities) {
            try (InputStream in = Files.newInputStream(file)) {
                Certificate certificate =
                        CertificateFactory.getInstance("X.509").generateCertificate(in);
                store.setCertificateEntry(file.toString(), certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() {
        service.close();
    }
}
