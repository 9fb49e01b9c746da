package io.wharfgate.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes tags that have had their time. */
@Command(
        name = "retention",
        description = {
            "Removes the tags that the storage rules no longer keep (\"retention\" in storage.rules).",
            "",
            "The service does so by itself before each scheduled collection of garbage. Only tags go: what they led to is"
                    + " collected as garbage, when nothing else leads there."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate storage retention --dry-run   # what would go, and why the rest stays",
            "  wharfgate storage retention"
        })
final class StorageRetentionCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--dry-run", description = "Remove nothing; tell of each tag what would become of it, and why.")
    private boolean dryRun;

    StorageRetentionCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() {
        return tasks.run(config, "retention", Map.of("dry-run", Boolean.toString(dryRun)));
    }
}
