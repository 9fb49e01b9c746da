package io.wharfgate.app;

import io.wharfgate.http.Bodies;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import io.wharfgate.registry.api.RegistryBackend;
import java.util.Optional;

/**
 * What stays from the start to the end, and all {@link Generation}s stand on. Closed by whoever opened it.
 *
 * @param own the registry of this service's own; empty for a gateway
 */
record Foundation(RunningRequests running, Workers workers, Bodies bodies, Optional<Content.Own> own) {

    static Foundation of(RunningRequests running, Workers workers, Optional<Content.Stored> stored) {
        Bodies bodies = new Bodies(TransferBuffers.forThisMachine(), workers);
        // It knows which uploads are being written, by requests of whatever generation.
        return new Foundation(
                running,
                workers,
                bodies,
                stored.map(parts -> new Content.Own(parts, new RegistryBackend(parts.registry(), bodies, workers))));
    }
}
