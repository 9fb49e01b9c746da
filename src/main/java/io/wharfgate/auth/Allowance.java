package io.wharfgate.auth;

import java.time.Duration;

/**
 * How many failures cost nothing, and what the others cost.
 *
 * @param free failures that are followed by no wait
 * @param first the wait after the next one; each further one doubles it
 * @param longest the longest wait
 * @param forgiven how long it takes until one failure is forgotten. In the long run this is also the pace of guessing: when the
 *     waits have grown to it, as much is forgotten as comes in
 */
record Allowance(int free, Duration first, Duration longest, Duration forgiven) {

    Allowance {
        if (free < 1 || !positive(first) || first.compareTo(longest) > 0 || !positive(forgiven)) {
            throw new IllegalArgumentException("an allowance needs a free failure, and positive times in order");
        }
    }

    /** The wait after that many failures, in nanoseconds; none as long as they are free. */
    long waitNanos(int failures) {
        if (failures < free) {
            return 0;
        }
        long nanos = first.toNanos();
        for (int i = free; i < failures && nanos < longest.toNanos(); i++) {
            nanos *= 2;
        }
        return Math.min(nanos, longest.toNanos());
    }

    /** The number of failures from which on the wait grows no longer. More are not counted, so that they can be forgiven. */
    int most() {
        int failures = free;
        while (waitNanos(failures) < longest.toNanos()) {
            failures++;
        }
        return failures;
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
