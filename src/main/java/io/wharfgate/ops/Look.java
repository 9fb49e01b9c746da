package io.wharfgate.ops;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is looked at by whoever asks, but not more often than makes sense, and by one thread at a time: what hangs keeps
 * one thread and not one for each who asks. Whoever asks does not wait, and gets what was seen last. Thread-safe.
 *
 * @param <T> what is seen
 */
final class Look<T> {

    private final Supplier<T> eye;
    private final Executor executor;
    private final long freshNanos;
    private @Nullable CompletableFuture<T> underWay;
    private @Nullable T seen;
    private long seenNanos;

    /**
     * @param eye looks; may wait, must not throw
     * @param fresh for how long what was seen is as good as a new look
     */
    Look(Supplier<T> eye, Executor executor, Duration fresh) {
        this.eye = eye;
        this.executor = executor;
        this.freshNanos = fresh.toNanos();
    }

    /** What is to be seen: from a moment ago, or from a look that begins now or has begun. Never completes if that hangs. */
    synchronized CompletableFuture<T> see() {
        T last = seen;
        if (last != null && System.nanoTime() - seenNanos < freshNanos) {
            return CompletableFuture.completedFuture(last);
        }
        CompletableFuture<T> running = underWay;
        if (running == null) {
            running = new CompletableFuture<>();
            underWay = running;
            CompletableFuture<T> mine = running;
            executor.execute(() -> look(mine));
        }
        // Nobody else's patience may end this look.
        return running.copy();
    }

    @SuppressWarnings("ReferenceEquality") // another look may have begun
    private void look(CompletableFuture<T> mine) {
        try {
            T now = eye.get();
            synchronized (this) {
                seen = now;
                seenNanos = System.nanoTime();
                // Whoever asks once this is known gets a look that began later.
                underWay = null;
            }
            mine.complete(now);
        } finally {
            synchronized (this) {
                if (underWay == mine) {
                    underWay = null;
                }
            }
        }
    }

    /** What was seen last, however long ago. */
    synchronized Optional<T> last() {
        return Optional.ofNullable(seen);
    }
}
