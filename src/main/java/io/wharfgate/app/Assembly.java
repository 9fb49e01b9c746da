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
import io.wharfgate.ops.Check;
import io.wharfgate.ops.MetricsHandler;
import io.wharfgate.ops.OperationsHandler;
import io.wharfgate.ops.Readiness;
import io.wharfgate.ops.ReadyHandler;
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
import java.util.ArrayList;
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
            throw mistakes(e);
        }
    }

    /** Those of another configuration, or the same ones read again; see {@link Reloadable#prepare}. */
    static Runnable storageRules(WharfgateConfig next, StorageRules rules) throws StartException {
        try {
            return rules.prepare(next.registry().upkeep().rules());
        } catch (InvalidRulesException e) {
            throw mistakes(e);
        }
    }

    private static StartException mistakes(InvalidRulesException e) {
        return new StartException("storage.rules: the storage rules have mistakes\n" + e.getMessage(), e);
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
        Admission admission = Admission.of(config, parts, foundation.passes(), foundation.measurements());
        Content content =
                foundation.own().<Content>map(own -> own).or(parts::upstreams).orElseThrow();
        Gateway gateway = admission.gateway(content.backend());
        return new Generation(
                parts,
                admission.challenges(),
                new Generation.Handlers(
                        registry(content, gateway, admission), redirect(), operations(content, identity)),
                measurements -> {
                    parts.measure(measurements);
                    measurements.denials(gateway.denials());
                },
                ended -> foundation.workers().execute(() -> generations.closed(ended)));
    }

    private RootHandler registry(Content content, Gateway gateway, Admission admission) {
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

    private RootHandler operations(Content content, Supplier<Optional<ServerIdentity>> identity) {
        List<Check> checks = new ArrayList<>(content.checks(config.ops()));
        if (!plain()) {
            checks.add(Checks.ofCertificate(identity));
        }
        OperationsHandler operations = new OperationsHandler(
                new ReadyHandler(new Readiness(foundation.workers(), checks)),
                new MetricsHandler(foundation.measurements().metrics()));
        return new RootHandler(clients(), foundation.running(), stallTimeout(), operations);
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
