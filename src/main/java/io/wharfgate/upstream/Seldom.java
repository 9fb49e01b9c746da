package io.wharfgate.upstream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Lets one message of a kind pass in a while, so that a broken upstream does not fill the log. Thread-safe. */
final class Seldom {

    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Long> last = new HashMap<>();

    Seldom(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param kind one of a few fixed words */
    synchronized boolean now(String kind) {
        long now = nanoTime.getAsLong();
        Long before = last.get(kind);
        if (before != null && now - before < PAUSE) {
            return false;
        }
        last.put(kind, now);
        return true;
    }
}
