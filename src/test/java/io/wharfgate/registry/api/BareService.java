package io.wharfgate.registry.api;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Login;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.tls.ServerTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The registry over TLS on a store of the test's, with its insides in reach. Takes every password. */
final class BareService implements AutoCloseable {

    final RunningRequests running = new RunningRequests();
    final TransferBuffers buffers = new TransferBuffers(8);
    private final Workers workers = new Workers(4);
    private final Registry registry;
    private final HttpServer server;
    private final ServerIdentity identity;

    BareService(ObjectStore store, Path tlsDirectory, Duration stallTimeout) throws Exception {
        this(store, tlsDirectory, stallTimeout, new RegistryConfig(true, false));
    }

    BareService(ObjectStore store, Path tlsDirectory, Duration stallTimeout, RegistryConfig config) throws Exception {
        this(store, tlsDirectory, stallTimeout, config, AccessPolicy.everyUser());
    }

    BareService(ObjectStore store, Path tlsDirectory, Duration stallTimeout, RegistryConfig config, AccessPolicy policy)
            throws Exception {
        registry = new Registry(store, config);
        registry.open();
        identity = new SelfSigned(tlsDirectory, Clock.systemUTC())
                .ensure(List.of("localhost"))
                .identity();
        Bodies bodies = new Bodies(buffers, workers);
        Authenticator everybody = (header, client) ->
                CompletableFuture.completedStage(new AuthenticationResult.Accepted(Login.byPassword("somebody")));
        Gateway gateway = new Gateway(
                everybody,
                Challenges.always("Basic realm=\"test\""),
                policy,
                new RegistryBackend(registry, bodies, workers),
                AuditTrail.none());
        server = HttpServer.start(
                new ServerConfig.ListenAddress("127.0.0.1", 0),
                new ServerConfig.Limits(stallTimeout, Duration.ZERO, 1000, 16 * 1024, 0),
                2,
                Optional.of(new ServerTls(identity).sslContext()),
                new RootHandler(new ClientAddress(address -> false), running, stallTimeout, new PathRouter(gateway)));
    }

    RegistryUnderTest registry() throws Exception {
        return new RegistryUnderTest(
                URI.create("https://localhost:" + server.port()),
                trusting(identity.chain().get(identity.chain().size() - 1)),
                "somebody",
                "anything");
    }

    private static SSLContext trusting(X509Certificate authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() throws IOException {
        server.close();
        workers.close();
        registry.close();
    }
}
