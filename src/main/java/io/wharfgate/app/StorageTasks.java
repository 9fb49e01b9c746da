package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.Task;
import io.wharfgate.registry.check.StorageCheck;
import io.wharfgate.registry.gc.CollectionTask;
import io.wharfgate.registry.gc.ScheduledCollections;
import io.wharfgate.registry.gc.UndeleteTask;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * What an operator can have done to the storage, by the names that commands ask for. The service offers them by its control
 * socket; a command runs them itself when no service runs.
 */
final class StorageTasks {

    private StorageTasks() {}

    /**
     * The tasks.
     *
     * @param parts what they work on; whoever opened it closes it, after the last task
     * @param serving whether this process serves clients from it too
     */
    static Map<String, Task> of(Content.Stored parts, WharfgateConfig config, boolean serving) {
        Map<String, Task> tasks = new TreeMap<>();
        tasks.put("gc", collection(parts, serving));
        // What is had back counts against quotas again, and what is put aside no more.
        tasks.put(
                "undelete",
                parts.rules().counted(new UndeleteTask(parts.store(), parts.registry(), Clock.systemUTC())));
        tasks.putAll(parts.rules().tasks(parts.registry()));
        tasks.put(
                "check",
                parts.rules()
                        .counted(new StorageCheck(
                                parts.store(),
                                parts.registry().mending(),
                                config.server().dataDirectory().resolve("storage-check.progress"))));
        return tasks;
    }

    /**
     * Retention and garbage collection by the schedule that is in force; whoever asks for it closes it.
     *
     * @param tasks as operators have them
     */
    static ScheduledCollections scheduled(Content.Stored parts, Map<String, Task> tasks, BooleanSupplier stopping) {
        return ScheduledCollections.start(
                parts.store(),
                parts.rules()
                        .before(
                                Objects.requireNonNull(tasks.get("gc")),
                                Objects.requireNonNull(tasks.get("retention"))),
                () -> parts.registry().config().upkeep().schedule(),
                Clock.system(ZoneId.systemDefault()),
                stopping);
    }

    private static CollectionTask collection(Content.Stored parts, boolean serving) {
        return new CollectionTask(parts.store(), parts.registry(), Clock.systemUTC(), serving);
    }
}
