package io.wharfgate.registry.gc;

import io.wharfgate.registry.RegistryConfig;
import java.time.Duration;

/**
 * How garbage is collected.
 *
 * @param grace how old it has to be
 * @param untagged whether manifests count that no tag leads to
 * @param uploadExpiry how long an upload may lie untouched
 * @param rate objects looked at in a second, at most; 0: as many as can be
 * @param dryRun whether nothing is deleted, only counted
 */
record Settings(Duration grace, boolean untagged, Duration uploadExpiry, int rate, boolean dryRun) {

    static Settings of(RegistryConfig.Upkeep upkeep) {
        return new Settings(upkeep.grace(), upkeep.untagged(), upkeep.uploadExpiry(), upkeep.rate(), false);
    }

    Settings grace(Duration other) {
        return new Settings(other, untagged, uploadExpiry, rate, dryRun);
    }

    Settings untagged(boolean other) {
        return new Settings(grace, other, uploadExpiry, rate, dryRun);
    }

    Settings dry() {
        return new Settings(grace, untagged, uploadExpiry, rate, true);
    }
}
