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
import io.wharfgate.upstream.UpstreamConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
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
            Path directory,
            TlsConfig tls,
            Path htpasswd,
            boolean delete,
            ServerConfig.Limits limits,
            List<ServerConfig.Cidr> trustedProxies,
            Optional<UpstreamConfig> upstream) {

        public static Setup in(Path directory) {
            return new Setup(
                    directory,
                    new TlsConfig.SelfSigned(List.of("localhost", "127.0.0.1"), directory.resolve("tls")),
                    directory.resolve("htpasswd"),
                    true,
                    new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ZERO, 1000, 128 * 1024, 0),
                    List.of(),
                    Optional.empty());
        }

        public Setup withoutDelete() {
            return new Setup(directory, tls, htpasswd, false, limits, trustedProxies, upstream);
        }

        Setup tls(TlsConfig other) {
            return new Setup(directory, other, htpasswd, delete, limits, trustedProxies, upstream);
        }

        /** In the clear, as behind somebody else's TLS. */
        public Setup plain() {
            return tls(new TlsConfig.Off());
        }

        public Setup stall(Duration other) {
            return limits(new ServerConfig.Limits(
                    other, limits.drainTimeout(), limits.maxConnections(), 16 * 1024, limits.workerThreads()));
        }

        Setup drain(Duration other) {
            return limits(new ServerConfig.Limits(
                    limits.stallTimeout(),
                    other,
                    limits.maxConnections(),
                    limits.socketBuffer(),
                    limits.workerThreads()));
        }

        private Setup limits(ServerConfig.Limits other) {
            return new Setup(directory, tls, htpasswd, delete, other, trustedProxies, upstream);
        }

        /** Believes everybody on this machine about the client. */
        public Setup behindProxies() {
            return new Setup(
                    directory,
                    tls,
                    htpasswd,
                    delete,
                    limits,
                    List.of(ServerConfig.Cidr.around(InetAddress.getLoopbackAddress(), 8)),
                    upstream);
        }

        /** A gateway instead of a registry of its own. */
        public Setup gateway(UpstreamConfig other) {
            return new Setup(directory, tls, htpasswd, delete, limits, trustedProxies, Optional.of(other));
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
                            trustedProxies,
                            directory,
                            limits),
                    tls,
                    new AuthConfig(
                            "Wharfgate",
                            htpasswd,
                            defaultHtpasswd,
                            directory.resolve("access.yaml"),
                            AuthConfig.Challenge.AUTO,
                            Duration.ofMinutes(5),
                            true,
                            new AuthConfig.Token(
                                    directory.resolve("token-keys.json"),
                                    "registry.example.com",
                                    Duration.ofMinutes(5),
                                    Duration.ofDays(30)),
                            directory.resolve("personal-tokens.json")),
                    new FilesystemConfig(directory.resolve("registry")),
                    new RegistryConfig(delete, false, upkeep()),
                    upstream,
                    new OpsConfig(Optional.of(ANY_PORT)),
                    new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN, true, Optional.empty()));
        }

        /** What does nothing by itself, but has rules as soon as there is a file of them. */
        private RegistryConfig.Upkeep upkeep() {
            RegistryConfig.Upkeep none = RegistryConfig.Upkeep.NONE;
            return new RegistryConfig.Upkeep(
                    none.schedule(),
                    none.grace(),
                    none.untagged(),
                    none.undelete(),
                    none.rate(),
                    none.uploadExpiry(),
                    Optional.of(directory.resolve("storage-rules.yaml")));
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

        /** Adds a user to the password file; then {@link #USER} is not made. */
        public void addUser(String user, String password) throws Exception {
            Files.createDirectories(htpasswd.getParent());
            new HtpasswdEditor(htpasswd).add(user, Secret.of(password), HtpasswdEditor.LOWEST_COST);
        }
    }

    public RegistryUnderTest registry() throws IOException, GeneralSecurityException {
        return at(trusting(service.ownAuthority().orElseThrow()));
    }

    /** Where the service listens, as another server on this machine names it. */
    public URI uri() {
        String scheme = service.ownAuthority().isPresent() ? "https" : "http";
        return URI.create(scheme + "://localhost:" + service.port());
    }

    /** The CA that signed the service's certificate. */
    public Path authority() {
        return service.ownAuthority().orElseThrow();
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

    /** Reads all files again; says what is wrong with them. */
    Optional<String> reload() {
        return reload(service);
    }

    static Optional<String> reload(Wharfgate service) {
        try {
            service.reload(service.config());
            return Optional.empty();
        } catch (StartException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
