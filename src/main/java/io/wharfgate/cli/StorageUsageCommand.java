package io.wharfgate.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows how much of the quotas is used. */
@Command(
        name = "usage",
        description = {
            "Shows how much of the quotas is used (\"quotas\" in storage.rules).",
            "",
            "Content that several repositories of a prefix share counts once there, manifests count too, and what the"
                    + " collector keeps for \"undelete\" does not."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate storage usage",
            "  wharfgate storage usage team/app   # also without a quota: then it is counted now"
        })
final class StorageUsageCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Only what concerns these repositories.")
    @Nullable
    private String prefix;

    StorageUsageCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() {
        return tasks.run(config, "usage", prefix == null ? Map.of() : Map.of("prefix", prefix));
    }
}
