package io.wharfgate.registry.gc;

import java.time.Duration;
import java.time.Instant;

/**
 * What is too young to be garbage: pushes leave things for a while that nothing leads to yet.
 *
 * @param grace how old garbage has to be
 * @param instant what was written at that moment or later is kept
 */
record Cutoff(Duration grace, Instant instant) {

    static Cutoff of(Instant now, Duration grace) {
        return new Cutoff(grace, now.minus(grace));
    }

    boolean spares(Instant written) {
        return !written.isBefore(instant);
    }
}
