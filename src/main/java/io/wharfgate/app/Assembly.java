package io.wharfgate.app;

import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.CheckLimits;
import io.wharfgate.auth.PasswordTokens;
import io.wharfgate.auth.Throttle;
import io.wharfgate.auth.UserStore;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.ConnectionBudget;
import io.wharfgate.http.Entrance;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.HttpsRedirect;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.HealthHandler;
import io.wharfgate.registry.rules.InvalidRulesException;
import io.wharfgate.registry.rules.RulesFile;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the parts are put together: each method is one thing with everything that it needs. Made of one configuration; what it makes
 * is for {@link Generation}s.
 */
final class Assembly {

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final int SIDE_LISTENER_THREADS = 1;

    private final WharfgateConfig config;
    private final Foundation foundation;

    Assembly(WharfgateConfig config, Foundation foundation) {
        this.config = config;
        this.foundation = foundation;
    }

    static BasicAuthenticator authenticator(WharfgateConfig config, UserStore users, PasswordTokens tokens) {
        return new BasicAuthenticator(
                users,
                tokens,
                CheckLimits.standard(),
                BasicAuthenticator.Memory.idle(config.auth().cacheExpiry()),
                config.auth().throttle() ? Throttle.standard() : Throttle.off());
    }

    static ObjectStore store(WharfgateConfig config) throws IOException {
        return FilesystemStore.open(config.storage().root());
    }

    /**
     * The operator's rules for the storage.
     *
     * @throws StartException when their file has mistakes: nobody knows what it was meant to keep
     */
    static StorageRules storageRules(WharfgateConfig config, ObjectStore store) throws StartException, IOException {
        try {
            Optional<Path> path = config.registry().upkeep().rules();
            Optional<RulesFile> file = path.isPresent() ? Optional.of(RulesFile.open(path.get())) : Optional.empty();
            return StorageRules.open(store, file, Clock.systemUTC());
        } catch (InvalidRulesException e) {
            throw new StartException("storage.rules: the storage rules have mistakes\n" + e.getMessage(), e);
        }
    }

    /**
     * What requests go through.
     *
     * @param generations which it will be one of
     * @param identity the certificate, as soon as there is one
     * @throws StartException when something cannot work as it is configured; nothing has changed then
     */
    Generation generation(Generations generations, Supplier<Optional<ServerIdentity>> identity) throws StartException {
        Parts parts = new Parts(
                config,
                generations.inForce().map(Generation::parts),
                Challenges.current(() -> generations.current().challenges()),
                foundation.workers());
        Admission admission = Admission.of(config, parts, foundation.passes());
        Content content =
                foundation.own().<Content>map(own -> own).or(parts::upstreams).orElseThrow();
        return new Generation(
                parts,
                admission.challenges(),
                new Generation.Handlers(registry(content, admission), redirect(), health(content, identity)),
                ended -> foundation.workers().execute(() -> generations.closed(ended)));
    }

    private RootHandler registry(Content content, Admission admission) {
        Gateway gateway = admission.gateway(content.backend());
        return new RootHandler(
                clients(),
                foundation.running(),
                stallTimeout(),
                content.router(gateway).with(TokenEndpoint.PATH, admission.endpoint(foundation.bodies())));
    }

    private RootHandler redirect() {
        HttpsRedirect redirect = new HttpsRedirect(
                config.server().externalUrl(), config.server().listen().port());
        return new RootHandler(clients(), foundation.running(), stallTimeout(), redirect);
    }

    private RootHandler health(Content content, Supplier<Optional<ServerIdentity>> identity) {
        HealthHandler health = new HealthHandler(
                foundation.workers(),
                List.of(
                        content.check(),
                        new HealthHandler.Check("certificate", () -> checkCertificate(identity.get()))));
        return new RootHandler(clients(), foundation.running(), stallTimeout(), health);
    }

    private void checkCertificate(Optional<ServerIdentity> identity) throws IOException {
        if (plain()) {
            return;
        }
        if (identity.isEmpty()) {
            throw new IOException("there is no certificate yet");
        }
        if (identity.get().summary().daysLeft(Clock.systemUTC().instant()) < 0) {
            throw new IOException("the certificate has expired");
        }
    }

    private ClientAddress clients() {
        return new ClientAddress(
                address -> config.server().trustedProxies().stream().anyMatch(block -> block.contains(address)));
    }

    private Duration stallTimeout() {
        return config.server().limits().stallTimeout();
    }

    /** Whether somebody else does TLS in front of the service. */
    boolean plain() {
        return config.tls() instanceof TlsConfig.Off;
    }

    /** The registry's listener. */
    HttpServer listen(Supplier<Entrance.Way> way, Optional<SSLContext> tls) throws IOException {
        int configured = config.server().limits().maxConnections();
        int connections = connections();
        if (connections < configured) {
            LOG.info(
                    "at most {} connections at once, not {}: a larger heap (-Xmx) bears more", connections, configured);
        }
        ServerConfig.ListenAddress listen = config.server().listen();
        ServerConfig.Limits limits = config.server().limits().withMaxConnections(connections);
        Optional<ServerSocketChannel> handedOver = HandedOverSocket.find(listen);
        return handedOver.isPresent()
                ? HttpServer.startOn(handedOver.get(), limits, HttpServer.ioThreads(), tls, new Entrance(way))
                : HttpServer.start(listen, limits, HttpServer.ioThreads(), tls, new Entrance(way));
    }

    /** A plain listener for something besides: the one that redirects, the operator's. */
    HttpServer listenBeside(ServerConfig.ListenAddress listen, Supplier<Entrance.Way> way) throws IOException {
        return HttpServer.start(
                listen,
                config.server().limits().withMaxConnections(ConnectionBudget.side(connections())),
                SIDE_LISTENER_THREADS,
                Optional.empty(),
                new Entrance(way));
    }

    private int connections() {
        long memory = Runtime.getRuntime().maxMemory();
        int clients = ConnectionBudget.fitting(config.server().limits().maxConnections(), memory);
        return config.upstream()
                .map(upstream -> ConnectionBudget.forwarding(clients, upstream.maxConnections(), memory))
                .orElse(clients);
    }
}
