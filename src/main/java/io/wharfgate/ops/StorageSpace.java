package io.wharfgate.ops;

import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.ToDoubleFunction;

/** The room of the storage, as it was seen last: a page of metrics must not wait for a disk. Thread-safe. */
public final class StorageSpace {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Look<Optional<ObjectStore.Space>> look;

    /**
     * Looks for the first time at once.
     *
     * @param workers where the disk may be waited for
     */
    public StorageSpace(ObjectStore store, Executor workers) {
        this.look = new Look<>(() -> spaceOf(store), workers, FRESH);
        var unused = look.see();
    }

    private static Optional<ObjectStore.Space> spaceOf(ObjectStore store) {
        try {
            return store.space();
        } catch (IOException e) {
            // Why, is what readiness tells.
            return Optional.empty();
        }
    }

    /** Bytes left; NaN while nobody knows. */
    public double free() {
        return of(ObjectStore.Space::free);
    }

    /** Bytes; NaN while nobody knows. */
    public double total() {
        return of(ObjectStore.Space::total);
    }

    private double of(ToDoubleFunction<ObjectStore.Space> figure) {
        // For whoever asks next.
        var unused = look.see();
        return look.last().flatMap(space -> space).map(figure::applyAsDouble).orElse(Double.NaN);
    }
}
