package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import java.time.Instant;

/**
 * One collection, as all of its threads know it.
 *
 * @param begun when it has begun
 * @param needed the content that repositories link or need
 * @param trashed the content that can be had back
 */
record Round(Settings settings, Instant begun, TaskOutput out, DigestSet needed, DigestSet trashed) {

    Round(Settings settings, Instant begun, TaskOutput out) {
        this(settings, begun, out, new DigestSet(), new DigestSet());
    }

    /** What is too young to go. */
    Cutoff cutoff() {
        return Cutoff.of(begun, settings.grace());
    }

    /** What uploads are too young to be ended. */
    Cutoff uploadCutoff() {
        return Cutoff.of(begun, settings.uploadExpiry());
    }
}
