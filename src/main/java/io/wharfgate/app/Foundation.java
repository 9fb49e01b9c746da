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
 * @param passes that let commands of operators in
 */
record Foundation(
        Measurements measurements, Workers workers, Bodies bodies, Optional<Content.Own> own, OperatorPasses passes) {

    static Foundation of(
            Measurements measurements, Workers workers, Optional<Content.Stored> stored, OperatorPasses passes) {
        Bodies bodies = new Bodies(TransferBuffers.forThisMachine(), workers);
        // It knows which uploads are being written, by requests of whatever generation.
        return new Foundation(
                measurements,
                workers,
                bodies,
                stored.map(parts -> new Content.Own(parts, new RegistryBackend(parts.registry(), bodies, workers))),
                passes);
    }

    /** The requests of all listeners. */
    RunningRequests running() {
        return measurements.running();
    }
}
