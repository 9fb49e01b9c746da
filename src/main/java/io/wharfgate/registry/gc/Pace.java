package io.wharfgate.registry.gc;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How fast a collection goes, and whether it is to stop. For one thread. */
final class Pace {

    /** So long at most it does not notice that it is to stop. */
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int rate;
    private final Optional<Courtesy> courtesy;
    private final BooleanSupplier stopped;
    private final IoAction stillAlive;
    private final long begun = System.nanoTime();
    private long looked;
    private long alive = begun;

    /** Something that may fail on the storage. */
    @FunctionalInterface
    interface IoAction {
        void run() throws IOException;
    }

    /**
     * @param rate objects in a second, at most; 0: as many as can be
     * @param courtesy towards clients, if there are any
     * @param stillAlive done twice a minute
     */
    Pace(int rate, Optional<Courtesy> courtesy, BooleanSupplier stopped, IoAction stillAlive) {
        this.rate = rate;
        this.courtesy = courtesy;
        this.stopped = stopped;
        this.stillAlive = stillAlive;
    }

    /**
     * To be called before each object that is looked at.
     *
     * @throws StoppedException when it is time to stop
     */
    void step() throws IOException {
        looked++;
        requireGoing();
        courtesy.ifPresent(some -> {
            long rest = some.rest();
            if (rest > 0) {
                LockSupport.parkNanos(rest);
            }
        });
        if (rate > 0) {
            long due = begun + (long) (looked * (1e9 / rate));
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, NAP_NANOS));
                requireGoing();
            }
        }
        long now = System.nanoTime();
        if (now - alive > TimeUnit.SECONDS.toNanos(30)) {
            alive = now;
            stillAlive.run();
        }
    }

    long looked() {
        return looked;
    }

    private void requireGoing() throws StoppedException {
        if (stopped.getAsBoolean() || Thread.currentThread().isInterrupted()) {
            throw new StoppedException();
        }
    }
}
