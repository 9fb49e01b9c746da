package io.wharfgate.auth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failures by some key, for as many keys as there is room for: the one that was touched longest ago makes room for a
 * new one. What is being checked counts as a failure until it is known to be none; else all of a thousand guesses sent at once
 * would be free. Not thread-safe.
 *
 * @param <K> of small and bounded size
 */
final class FailureCounts<K> {

    /** What somebody is told to wait for the end of a check that runs: it takes about as long. */
    private static final long CHECK_NANOS = 1_000_000_000;

    private final Allowance allowance;
    private final Map<K, Count> counts;

    FailureCounts(Allowance allowance, int capacity) {
        this.allowance = allowance;
        this.counts = new LeastRecent<>(capacity);
    }

    /** How long an attempt has to wait, in nanoseconds; 0 when it may be made now. Changes nothing. */
    long waitNanos(K key, long now) {
        Count count = counts.get(key);
        if (count == null) {
            return 0;
        }
        count.forgive(now, allowance);
        if (count.failures + count.running < allowance.free()) {
            return 0;
        }
        long left = count.failures < allowance.free() ? 0 : Math.max(0, count.end - now);
        return count.running > 0 ? Math.max(left, CHECK_NANOS) : left;
    }

    /** Whether it has failed ever since it is remembered, forgiven or not. */
    boolean knowsFailure(K key) {
        Count count = counts.get(key);
        return count != null && count.failed;
    }

    void begin(K key) {
        counts.computeIfAbsent(key, absent -> new Count()).running++;
    }

    /** An attempt has ended, and says nothing about guessing. */
    void end(K key) {
        Count count = counts.get(key);
        if (count == null) {
            return;
        }
        count.running = Math.max(0, count.running - 1);
        if (count.running == 0 && !count.failed) {
            counts.remove(key);
        }
    }

    void fail(K key, long now) {
        Count count = counts.computeIfAbsent(key, absent -> new Count());
        count.running = Math.max(0, count.running - 1);
        count.forgive(now, allowance);
        if (count.failures == 0) {
            count.since = now;
        }
        count.failed = true;
        count.failures = Math.min(count.failures + 1, allowance.most());
        count.end = now + allowance.waitNanos(count.failures);
    }

    /** Forgets the failures. */
    void clear(K key) {
        Count count = counts.get(key);
        if (count != null) {
            count.failures = 0;
            count.failed = false;
            end(key);
        }
    }

    int size() {
        return counts.size();
    }

    private static final class Count {

        private int failures;
        private int running;
        private boolean failed;
        /** From when on the time counts after which the next failure is forgotten. */
        private long since;
        /** When the wait ends. */
        private long end;

        void forgive(long now, Allowance allowance) {
            long forgiven = (now - since) / allowance.forgiven().toNanos();
            if (failures > 0 && forgiven > 0) {
                failures = (int) Math.max(0, failures - forgiven);
                since += forgiven * allowance.forgiven().toNanos();
            }
        }
    }

    /** Bounded. */
    static final class LeastRecent<K, V> extends LinkedHashMap<K, V> {

        private static final long serialVersionUID = 1L;
        private final int capacity;

        LeastRecent(int capacity) {
            super(16, 0.75f, true);
            this.capacity = capacity;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
        }
    }
}
