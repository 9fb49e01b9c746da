package io.wharfgate.app;

import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.auth.CheckLimits;
import io.wharfgate.auth.PasswordTokens;
import io.wharfgate.auth.Throttle;
import io.wharfgate.auth.UserStore;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.gateway.RegistryChallenges;
import io.wharfgate.gateway.TokenEndpoint;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.ConnectionBudget;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.HttpsRedirect;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import io.wharfgate.ops.HealthHandler;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.tls.TlsConfig;
import io.wharfgate.upstream.ClientTrust;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.Upstreams;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the parts are put together: each method is one thing with everything that it needs. */
final class Assembly {

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final int SIDE_LISTENER_THREADS = 1;

    private final WharfgateConfig config;
    private final RunningRequests running;
    private final Workers workers;
    private final int connections;

    Assembly(WharfgateConfig config, RunningRequests running, Workers workers) {
        this.config = config;
        this.running = running;
        this.workers = workers;
        this.connections = connections(config, Runtime.getRuntime().maxMemory());
    }

    private static int connections(WharfgateConfig config, long memory) {
        int clients = ConnectionBudget.fitting(config.server().limits().maxConnections(), memory);
        return config.upstream()
                .map(upstream -> ConnectionBudget.forwarding(clients, upstream.maxConnections(), memory))
                .orElse(clients);
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

    /** @param policy says whether anybody may come in without a login */
    static Challenges challenges(WharfgateConfig config, AccessPolicy policy) {
        return new RegistryChallenges(config.auth(), policy, config.server().externalUrl());
    }

    static Upstreams upstreams(
            WharfgateConfig config, UpstreamConfig upstream, ClientTrust trust, Challenges challenges)
            throws StartException {
        try {
            return Upstreams.open(
                    upstream, trust, challenges, config.server().limits().socketBuffer());
        } catch (IOException e) {
            throw new StartException("upstream: " + e.getMessage(), e);
        }
    }

    /** Whether somebody else does TLS in front of the service. */
    boolean plain() {
        return config.tls() instanceof TlsConfig.Off;
    }

    /** The registry's listener. */
    HttpServer registry(Content content, Admission admission, AuditTrail audit, Optional<SSLContext> tls)
            throws IOException {
        Bodies bodies = new Bodies(TransferBuffers.forThisMachine(), workers, stallTimeout());
        Gateway gateway = admission.gateway(content.backend(bodies, workers), audit);
        int configured = config.server().limits().maxConnections();
        if (connections < configured) {
            LOG.info(
                    "at most {} connections at once, not {}: a larger heap (-Xmx) bears more", connections, configured);
        }
        return HttpServer.start(
                config.server().listen(),
                config.server().limits().withMaxConnections(connections),
                HttpServer.ioThreads(),
                tls,
                new RootHandler(
                        clients(),
                        running,
                        stallTimeout(),
                        content.router(gateway).with(TokenEndpoint.PATH, admission.endpoint(bodies, audit))));
    }

    /** The plain listener that sends everybody to HTTPS. */
    HttpServer redirect(ServerConfig.ListenAddress listen) throws IOException {
        HttpsRedirect redirect = new HttpsRedirect(
                config.server().externalUrl(), config.server().listen().port());
        return startSide(listen, new RootHandler(clients(), running, stallTimeout(), redirect));
    }

    /** The operator's listener. */
    HttpServer health(ServerConfig.ListenAddress listen, Content content, Supplier<Optional<ServerIdentity>> identity)
            throws IOException {
        HealthHandler health = new HealthHandler(
                workers,
                List.of(
                        content.check(),
                        new HealthHandler.Check("certificate", () -> checkCertificate(identity.get()))));
        return startSide(listen, new RootHandler(clients(), running, stallTimeout(), health));
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

    private HttpServer startSide(ServerConfig.ListenAddress listen, RootHandler handler) throws IOException {
        return HttpServer.start(
                listen,
                config.server().limits().withMaxConnections(ConnectionBudget.side(connections)),
                SIDE_LISTENER_THREADS,
                Optional.empty(),
                handler);
    }

    private Duration stallTimeout() {
        return config.server().limits().stallTimeout();
    }

    private ClientAddress clients() {
        return new ClientAddress(
                address -> config.server().trustedProxies().stream().anyMatch(block -> block.contains(address)));
    }
}
