package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.Workers;
import io.wharfgate.ops.Check;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.Upstreams;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What clients find behind the login. */
sealed interface Content {

    Backend backend();

    PathRouter router(Gateway gateway);

    /** What must work for the service to be ready. */
    List<Check> checks(OpsConfig ops);

    /** A registry on a storage of this service's own. Whoever opened them closes them. */
    record Stored(ObjectStore store, Registry registry, StorageRules rules) {

        /** When garbage was last collected, also before the start. */
        Optional<Instant> lastCollected() throws IOException {
            return store.modified(RegistryLayout.COLLECTED);
        }

        /** @param workers where the storage may be waited for */
        void measure(Measurements measurements, Workers workers) {
            measurements.space(store, workers);
            measurements.uploads(registry.uploads());
            measurements.quotas(rules);
            rules.adoptions().ifPresent(file -> measurements.file("storage_rules", file));
        }
    }

    /** All-in-one: the registry is here. */
    record Own(Stored parts, Backend backend) implements Content {

        @Override
        public PathRouter router(Gateway gateway) {
            return new PathRouter(gateway);
        }

        @Override
        public List<Check> checks(OpsConfig ops) {
            return Checks.ofStorage(parts.store(), ops.minFreeSpace());
        }
    }

    /**
     * A gateway: registries that are there already.
     *
     * @param trust the certificates that its connections need
     */
    record Forwarded(Upstreams upstreams, UpstreamTls trust) implements Content, AutoCloseable {

        /** @param challenges for clients whom an upstream refuses */
        static Forwarded open(WharfgateConfig config, UpstreamConfig upstream, Challenges challenges)
                throws StartException {
            UpstreamTls trust = new UpstreamTls();
            try {
                return new Forwarded(
                        Upstreams.open(
                                upstream,
                                trust,
                                challenges,
                                config.server().limits().socketBuffer()),
                        trust);
            } catch (IOException e) {
                throw new StartException("upstream: " + e.getMessage(), e);
            }
        }

        @Override
        public Backend backend() {
            return upstreams;
        }

        @Override
        public PathRouter router(Gateway gateway) {
            return new PathRouter(gateway, upstreams.openPaths());
        }

        @Override
        public List<Check> checks(OpsConfig ops) {
            return List.of(Checks.ofUpstreams(upstreams));
        }

        void measure(Measurements measurements) {
            measurements.upstreams(upstreams.figures());
            measurements.file("upstream_tls", trust.adoptions());
        }

        /** Looks at the files of certificates; for a timer. */
        void poll() {
            trust.poll();
        }

        @Override
        public void close() {
            upstreams.close();
        }
    }
}
