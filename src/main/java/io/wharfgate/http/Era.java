package io.wharfgate.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests that come while one set of handlers is in force. Knows when the last of them has ended, which may be hours after
 * other handlers have taken over. Safe for use by any thread, and takes no lock.
 */
public final class Era {

    /** The requests under way, and one more until {@link #end}. Once it is 0, it stays so. */
    private final AtomicInteger present = new AtomicInteger(1);

    private final Runnable over;

    /** @param over called once, by the thread that ends the last request, or by {@link #end}; must not wait */
    public Era(Runnable over) {
        this.over = over;
    }

    /** Whether a request may still belong to it; then {@link #leave} has to be called. */
    boolean enter() {
        return present.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    void leave() {
        if (present.decrementAndGet() == 0) {
            over.run();
        }
    }

    /** No further requests come, as soon as the last one has ended. Called once, when others have taken over. */
    public void end() {
        leave();
    }
}
