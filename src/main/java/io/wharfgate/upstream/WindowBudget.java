package io.wharfgate.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that downloads may take beyond what each of them is always allowed. A larger window costs nothing while the client
 * takes what comes, and saves a wake-up of the reactor for each small one; but what it holds when a client stops has to
 * fit into memory, for however many clients stop at once. Thread-safe.
 */
final class WindowBudget {

    /** By so much a window grows, in bytes. */
    static final int GROWTH = 6 * UpstreamBuffers.RECORD;

    private static final int SHARE_OF_HEAP = 32;

    private final AtomicLong free;

    /** @param bytes all downloads together */
    WindowBudget(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    /** A small part of this JVM's heap. */
    static WindowBudget ofHeap() {
        return new WindowBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Returns whether one window may grow; then it is given back, once. */
    boolean take() {
        if (free.addAndGet(-GROWTH) >= 0) {
            return true;
        }
        free.addAndGet(GROWTH);
        return false;
    }

    void giveBack() {
        free.addAndGet(GROWTH);
    }

    long free() {
        return free.get();
    }
}
