package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.registry.RegistryConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;

/** Reads what the section {@code storage} says about the registry that is kept there. */
final class StorageSection {

    private static final RegistryConfig.Schedule NIGHTLY =
            new RegistryConfig.Schedule(Optional.empty(), LocalTime.of(3, 30));

    private StorageSection() {}

    static RegistryConfig read(Values values, PathFormat paths, ServerConfig server) {
        return new RegistryConfig(
                values.get(Key.STORAGE_DELETE, new BooleanFormat(), true),
                values.get(Key.STORAGE_SPARSE_MANIFESTS, new BooleanFormat(), false),
                new RegistryConfig.Upkeep(
                        values.get(Key.STORAGE_GC_SCHEDULE, new ScheduleFormat(), Optional.of(NIGHTLY)),
                        values.get(
                                Key.STORAGE_GC_GRACE,
                                new DurationFormat(Duration.ZERO, Duration.ofDays(366)),
                                Duration.ofDays(1)),
                        values.get(Key.STORAGE_GC_UNTAGGED, new BooleanFormat(), true),
                        values.get(
                                Key.STORAGE_GC_UNDELETE,
                                new DurationFormat(Duration.ZERO, Duration.ofDays(366)),
                                Duration.ofDays(7)),
                        values.get(Key.STORAGE_GC_RATE, new NumberFormat(0, 1_000_000), 0),
                        values.get(
                                Key.STORAGE_UPLOAD_EXPIRY,
                                new DurationFormat(Duration.ofMinutes(1), Duration.ofDays(366)),
                                Duration.ofDays(7)),
                        Optional.of(rules(values, paths, server))));
    }

    /** A file that somebody names and forgets, or mistypes, limits and keeps nothing: so it is told at each start. */
    private static Path rules(Values values, PathFormat paths, ServerConfig server) {
        Path usual = server.dataDirectory().resolve("storage-rules.yaml");
        Path file = values.get(Key.STORAGE_RULES, paths, usual);
        if (Files.notExists(file) && !file.equals(usual)) {
            values.warning(
                    Key.STORAGE_RULES,
                    file + " does not exist, so there are no quotas, no immutable tags and no retention");
        }
        return file;
    }
}
