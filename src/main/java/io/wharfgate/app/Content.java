package io.wharfgate.app;

import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Gateway;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.PathRouter;
import io.wharfgate.http.Workers;
import io.wharfgate.ops.HealthHandler;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.api.RegistryBackend;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.upstream.Upstreams;

/** What clients find behind the login. Whoever opened its parts closes them. */
sealed interface Content {

    Backend backend(Bodies bodies, Workers workers);

    PathRouter router(Gateway gateway);

    /** What must work for the service to be ready. */
    HealthHandler.Check check();

    /** All-in-one: a registry on a storage of this service's own. */
    record Stored(ObjectStore store, Registry registry) implements Content {

        @Override
        public Backend backend(Bodies bodies, Workers workers) {
            return new RegistryBackend(registry, bodies, workers);
        }

        @Override
        public PathRouter router(Gateway gateway) {
            return new PathRouter(gateway);
        }

        @Override
        public HealthHandler.Check check() {
            return new HealthHandler.Check("storage", store::check);
        }
    }

    /** A gateway: registries that are there already. */
    record Forwarded(Upstreams upstreams) implements Content {

        @Override
        public Backend backend(Bodies bodies, Workers workers) {
            return upstreams;
        }

        @Override
        public PathRouter router(Gateway gateway) {
            return new PathRouter(gateway, upstreams.openPaths());
        }

        @Override
        public HealthHandler.Check check() {
            return new HealthHandler.Check("upstream", upstreams::check);
        }
    }
}
