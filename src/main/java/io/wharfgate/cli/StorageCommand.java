package io.wharfgate.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What an operator can do to the storage. */
@Command(
        name = "storage",
        description = {
            "Looks after the storage, while the service runs or while it does not.",
            "",
            "A command asks the running service by its control socket (ops.control), which belongs to the user of the"
                    + " service; if no service answers there, it works on the storage itself."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate storage gc --dry-run",
            "  wharfgate storage undelete --list",
            "  wharfgate storage check --fast",
            "  wharfgate storage retention --dry-run",
            "  wharfgate storage usage team"
        })
final class StorageCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    /** The command with all that is below it. */
    static CommandLine of(Surroundings surroundings) {
        var tasks = new TaskRunner(surroundings);
        var storage = new CommandLine(new StorageCommand());
        commands(tasks).forEach(storage::addSubcommand);
        return storage;
    }

    /** A new one only needs its line here, and its task one in {@code app.StorageTasks}. */
    private static List<Object> commands(TaskRunner tasks) {
        return List.of(
                new StorageGcCommand(tasks),
                new StorageUndeleteCommand(tasks),
                new StorageCheckCommand(tasks),
                new StorageRetentionCommand(tasks),
                new StorageUsageCommand(tasks));
    }

    /** Reached when no command is named. */
    @Override
    public void run() {
        throw NoCommand.of(spec);
    }
}
