package io.wharfgate.cli;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Collects garbage. */
@Command(
        name = "gc",
        description = {
            "Collects garbage: manifests that no tag leads to, blobs that no manifest needs, abandoned uploads, and"
                    + " repositories in which nothing is left.",
            "",
            "Clients go on pushing and pulling meanwhile. What is collected can be had back by \"wharfgate storage undelete\""
                    + " for the time of storage.gc.undelete, and takes room until then. Exit code 1: not all could be"
                    + " looked through, or another collection is running."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate storage gc --dry-run",
            "  wharfgate storage gc --grace 2h",
            "  wharfgate storage gc --explain sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        })
final class StorageGcCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--dry-run", description = "Only tell what would go. It may be a little more than what goes then.")
    private boolean dryRun;

    @Option(
            names = "--explain",
            paramLabel = "DIGEST",
            description = "Tell why this blob or manifest is kept, or when it goes, and delete nothing.")
    @Nullable
    private String explain;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description =
                    "How old garbage has to be, such as 90s, 15m, 2h, 1d. Default: storage.gc.grace. A push that takes"
                            + " longer may have to be repeated.")
    @Nullable
    private String grace;

    @ArgGroup
    @Nullable
    private OfUntagged untagged;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    StorageGcCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    /** Either, or what is configured. */
    static final class OfUntagged {
        @Option(
                names = "--untagged",
                description = "Manifests that no tag leads to go, whatever storage.gc.untagged says.")
        boolean go;

        @Option(
                names = "--keep-untagged",
                description = "Manifests that no tag leads to stay, whatever storage.gc.untagged says.")
        boolean stay;
    }

    @Override
    public Integer call() {
        Map<String, String> arguments = new TreeMap<>();
        if (dryRun) {
            arguments.put("dry-run", "true");
        }
        if (untagged != null) {
            arguments.put("untagged", String.valueOf(untagged.go));
        }
        Optional.ofNullable(explain).ifPresent(digest -> arguments.put("explain", digest));
        Optional.ofNullable(grace)
                .ifPresent(text -> arguments.put(
                        "grace",
                        ShortDuration.parse(text)
                                .orElseThrow(() -> noDuration(text))
                                .toString()));
        return tasks.run(config, "gc", arguments);
    }

    private ParameterException noDuration(String text) {
        return new ParameterException(
                spec.commandLine(), "--grace: \"" + text + "\" is no time; write 90s, 15m, 2h or 1d");
    }
}
