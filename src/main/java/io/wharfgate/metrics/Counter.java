package io.wharfgate.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Something that only grows. Threads that count at once do not wait for each other, and nothing is allocated. */
public final class Counter {

    private final LongAdder value = new LongAdder();

    Counter() {}

    public void increment() {
        value.increment();
    }

    /**
     * Counts more than one.
     *
     * @param amount not negative
     */
    public void add(long amount) {
        value.add(amount);
    }

    public long value() {
        return value.sum();
    }
}
