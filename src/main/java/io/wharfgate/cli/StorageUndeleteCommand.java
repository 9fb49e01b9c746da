package io.wharfgate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings back what was deleted. */
@Command(
        name = "undelete",
        description = {
            "Brings back what clients have deleted or garbage collection has taken, as long as storage.gc.undelete lasts.",
            "",
            "By a manifest's digest, it comes back with its tags and with all that it needs; by a blob's, alone; by the name of"
                    + " a repository, everything. A manifest that had no tag needs one within storage.gc.grace, or it goes"
                    + " again."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate storage undelete --list",
            "  wharfgate storage undelete --list team/app",
            "  wharfgate storage undelete team/app",
            "  wharfgate storage undelete sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        })
final class StorageUndeleteCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--list", description = "Only tell what can be had back, and until when.")
    private boolean list;

    @Parameters(paramLabel = "DIGEST|REPOSITORY", description = "What to bring back.")
    private List<String> wanted = new ArrayList<>();

    StorageUndeleteCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() {
        return tasks.run(config, "undelete", Map.of("list", String.valueOf(list), "wanted", String.join(" ", wanted)));
    }
}
