package io.wharfgate.cli;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks what is stored. */
@Command(
        name = "check",
        description = {
            "Checks all that is stored, and repairs what can be.",
            "",
            "Reads every blob and compares its digest, then looks at the links, manifests, tags, referrers and uploads of every"
                    + " repository. Changes nothing without --repair. The service may run meanwhile: what seems wrong is"
                    + " looked at twice. A check that was broken off is gone on with by the same command."
        },
        footer = {
            "",
            "What is damaged is never deleted: a repair puts it aside below wharfgate/quarantine in the storage, with a note of"
                    + " where it was and why. Then push the image again.",
            "",
            "Examples:",
            "  wharfgate storage check",
            "  wharfgate storage check --repair",
            "  wharfgate storage check --fast --repository 'team/**'",
            "  wharfgate storage check --json --rate 0 > report.jsonl"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong, or nothing but notices",
            "1:errors or warnings were found, repaired or not; or it was broken off",
            "2:wrong usage or configuration"
        })
final class StorageCheckCommand implements Callable<Integer> {

    private final TaskRunner tasks;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--repair", description = "Put damaged things aside, and make anew what follows from the rest.")
    private boolean repair;

    @Option(
            names = "--repository",
            paramLabel = "GLOB",
            description =
                    "Only these repositories, and the blobs that they have: '*' is within one part of a name, '**'"
                            + " across parts.")
    private @Nullable String repository;

    @Option(
            names = "--fast",
            description =
                    "Do not read the content of layers: finds what is missing or of a wrong size, but not a changed"
                            + " byte.")
    private boolean fast;

    @Option(
            names = "--rate",
            paramLabel = "MIB",
            description =
                    "Read that many MiB in a second, at most; 0: as fast as the disk. Default: 100, which leaves room"
                            + " for pulls.")
    private @Nullable String rate;

    @Option(names = "--json", description = "Print each finding as one line of JSON, and the totals as the last.")
    private boolean json;

    @Option(names = "--restart", description = "Begin anew, though an earlier check was broken off.")
    private boolean restart;

    StorageCheckCommand(TaskRunner tasks) {
        this.tasks = tasks;
    }

    @Override
    public Integer call() {
        Map<String, String> arguments = new TreeMap<>();
        flag(arguments, "repair", repair);
        flag(arguments, "fast", fast);
        flag(arguments, "json", json);
        flag(arguments, "restart", restart);
        if (repository != null) {
            arguments.put("repository", repository);
        }
        if (rate != null) {
            arguments.put("rate", rate);
        }
        return tasks.run(config, "check", arguments);
    }

    private static void flag(Map<String, String> arguments, String name, boolean set) {
        if (set) {
            arguments.put(name, "true");
        }
    }
}
