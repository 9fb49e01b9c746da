package io.wharfgate.registry;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;

/**
 * What an operator can set about the registry itself.
 *
 * @param delete whether manifests, tags and blobs may be deleted by clients
 * @param sparseManifests whether a manifest is taken whose layers, config or entries are not all in the repository
 * @param upkeep how the storage is kept in order
 */
public record RegistryConfig(boolean delete, boolean sparseManifests, Upkeep upkeep) {

    /** With upkeep that does nothing by itself. */
    public RegistryConfig(boolean delete, boolean sparseManifests) {
        this(delete, sparseManifests, Upkeep.NONE);
    }

    /**
     * How the storage is kept in order.
     *
     * @param schedule when garbage is collected by itself; empty: only when somebody asks for it
     * @param grace how old what nothing leads to has to be before it may go
     * @param untagged whether a manifest that no tag leads to counts as garbage
     * @param undelete how long what has been collected can be had back; zero: not at all
     * @param rate objects looked at in a second, at most; 0: as fast as the disk
     * @param uploadExpiry how long an upload may lie untouched before it is thrown away
     * @param rules absolute; the file with rules for retention, immutable tags and quotas. It need not be there
     */
    public record Upkeep(
            Optional<Schedule> schedule,
            Duration grace,
            boolean untagged,
            Duration undelete,
            int rate,
            Duration uploadExpiry,
            Optional<Path> rules) {

        /** Nothing by itself, and nothing that is younger than a day. */
        public static final Upkeep NONE = new Upkeep(
                Optional.empty(),
                Duration.ofDays(1),
                true,
                Duration.ofDays(7),
                0,
                Duration.ofDays(7),
                Optional.empty());
    }

    /**
     * A time of day, each day or once a week, by the machine's clock and time zone.
     *
     * @param day empty: each day
     */
    public record Schedule(Optional<DayOfWeek> day, LocalTime time) {}
}
