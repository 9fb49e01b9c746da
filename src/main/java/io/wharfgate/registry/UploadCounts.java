package io.wharfgate.registry;

import java.util.concurrent.atomic.LongAdder;

/** What became of upload sessions since the start. Thread-safe. */
public final class UploadCounts {

    private final LongAdder begun = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder mismatched = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder expired = new LongAdder();

    UploadCounts() {}

    void countBegun() {
        begun.increment();
    }

    void countFinished() {
        finished.increment();
    }

    void countMismatched() {
        mismatched.increment();
    }

    void countCancelled() {
        cancelled.increment();
    }

    void countExpired() {
        expired.increment();
    }

    public long begun() {
        return begun.sum();
    }

    /** Those that became a blob. */
    public long finished() {
        return finished.sum();
    }

    /** Those whose content was not what their digest said. */
    public long mismatched() {
        return mismatched.sum();
    }

    public long cancelled() {
        return cancelled.sum();
    }

    public long expired() {
        return expired.sum();
    }
}
