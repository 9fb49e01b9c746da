package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.Task;
import io.wharfgate.registry.check.StorageCheck;
import io.wharfgate.registry.gc.CollectionTask;
import io.wharfgate.registry.gc.UndeleteTask;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an operator can have done to the storage, by the names that commands ask for. The service offers them by its control
 * socket; a command runs them itself when no service runs.
 */
final class StorageTasks {

    private StorageTasks() {}

    /** @param parts what the tasks work on; whoever opened it closes it, after the last task */
    static Map<String, Task> of(Content.Stored parts, WharfgateConfig config) {
        Map<String, Task> tasks = new TreeMap<>();
        Clock clock = Clock.systemUTC();
        tasks.put("gc", new CollectionTask(parts.store(), parts.registry(), config.registry().upkeep(), clock));
        tasks.put("undelete", new UndeleteTask(parts.store(), parts.registry(), clock));
        tasks.putAll(parts.rules().tasks(parts.registry()));
        tasks.put(
                "check",
                new StorageCheck(
                        parts.store(),
                        parts.registry().mending(),
                        config.server().dataDirectory().resolve("storage-check.progress")));
        return tasks;
    }
}
