package io.wharfgate.registry.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** How fast the storage is read, by all threads together, and whether at all. Safe for use by any thread. */
final class Pace {

    /** What opening something costs beside its bytes, so that millions of links leave the disk some time as well. */
    private static final int OPENING = 4096;

    /** Less is not worth a sleep. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long bytesPerSecond;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    // Guarded by "this".
    private long freeAt = System.nanoTime();

    /** The reading was stopped from outside. */
    static final class StoppedException extends InterruptedIOException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("stopped");
        }
    }

    /** @param bytesPerSecond 0: as fast as the storage */
    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Something has been read; waits until more may be. */
    void read(int length) throws IOException {
        bytes.addAndGet(length);
        take(length);
    }

    /** Something is opened. */
    void opened() throws IOException {
        take(OPENING);
    }

    /** All that was read. */
    long bytes() {
        return bytes.get();
    }

    /** Every later reading fails with a {@link StoppedException}. */
    void stop() {
        stopped.set(true);
    }

    private void take(long cost) throws IOException {
        if (stopped.get()) {
            throw new StoppedException();
        }
        if (bytesPerSecond == 0) {
            return;
        }
        long wait = reserve(cost);
        if (wait < SHORTEST_NANOS) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    /** @return nanoseconds until what was taken before has been paid for */
    private synchronized long reserve(long cost) {
        long now = System.nanoTime();
        if (freeAt < now) {
            freeAt = now;
        }
        long wait = freeAt - now;
        freeAt += cost * 1_000_000_000L / bytesPerSecond;
        return wait;
    }
}
