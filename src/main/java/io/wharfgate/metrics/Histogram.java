package io.wharfgate.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, counted in buckets with fixed bounds. Threads that observe at once do not wait for each other,
 * and nothing is allocated.
 */
public final class Histogram {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double[] bounds;
    private final long[] boundNanos;
    private final LongAdder[] buckets;
    private final LongAdder sumNanos = new LongAdder();

    /** @param bounds in seconds, ascending, without infinity */
    Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.boundNanos = Arrays.stream(bounds)
                .mapToLong(bound -> Math.round(bound * NANOS))
                .toArray();
        this.buckets = new LongAdder[bounds.length + 1];
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    /**
     * Counts one.
     *
     * @param nanos a duration; a clock that went back counts as none
     */
    public void observe(long nanos) {
        long duration = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < boundNanos.length && duration > boundNanos[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        sumNanos.add(duration);
    }

    /** What was observed up to now. The count is that of the buckets, so that the two always agree. */
    Snapshot snapshot() {
        long[] upTo = new long[buckets.length];
        long count = 0;
        for (int i = 0; i < buckets.length; i++) {
            count += buckets[i].sum();
            upTo[i] = count;
        }
        return new Snapshot(bounds, upTo, sumNanos.sum() / NANOS);
    }

    /**
     * A histogram at one moment.
     *
     * @param bounds in seconds, without the infinite one
     * @param upTo how many observations were at most as long as each bound; the last element is how many there were
     * @param sum in seconds
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
    record Snapshot(double[] bounds, long[] upTo, double sum) {}
}
