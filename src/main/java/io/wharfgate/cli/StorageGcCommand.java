package io.wharfgate.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Collects garbage. */
@Command(
        name = "gc",
        description = "Collects garbage: what no tag leads to.",
        footer = {"", "Examples:", "  wharfgate storage gc --dry-run"})
final class StorageGcCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--dry-run", description = "Only tell what would go.")
    private boolean dryRun;

    StorageGcCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() {
        Map<String, String> arguments = new TreeMap<>();
        if (dryRun) {
            arguments.put("dry-run", "true");
        }
        return tasks.run(config, "gc", arguments);
    }
}
