package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.registry.RegistryConfig;
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
                        Optional.of(values.get(
                                Key.STORAGE_RULES, paths, server.dataDirectory().resolve("storage-rules.yaml")))));
    }
}
