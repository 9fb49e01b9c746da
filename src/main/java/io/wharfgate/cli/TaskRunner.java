package io.wharfgate.cli;

import io.wharfgate.app.OfflineStorage;
import io.wharfgate.app.StartException;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.ControlClient;
import io.wharfgate.control.FailureText;
import io.wharfgate.control.TaskOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ExitCode;

/**
 * Has something done to the storage: by the running service, if one answers at the control socket, and else in this process.
 * Only the service knows what its clients are just doing, so it comes first.
 */
final class TaskRunner {

    private final Surroundings surroundings;

    TaskRunner(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Runs a task and prints what it says.
     *
     * @param task its name, by {@code app.StorageTasks}
     * @param arguments paths in it are absolute, as the service has another working directory
     * @return the command's exit code
     */
    int run(ConfigOption config, String task, Map<String, String> arguments) {
        Optional<LoadedConfiguration> loaded = config.load(surroundings);
        if (loaded.isEmpty()) {
            return ExitCode.USAGE;
        }
        WharfgateConfig in = loaded.get().config();
        if (in.upstream().isPresent()) {
            surroundings
                    .err()
                    .println("this configuration is a gateway's, which stores nothing: the registry behind it, "
                            + in.upstream().get().describe() + ", has commands of its own for its storage");
            return ExitCode.USAGE;
        }
        try (TaskPrinter out = new TaskPrinter(surroundings, Terminal.showsErrors())) {
            return run(in, task, arguments, out);
        } catch (StartException e) {
            surroundings.err().println(e.getMessage());
            return ExitCode.USAGE;
        } catch (IOException e) {
            surroundings.err().println(FailureText.of(e));
            return ExitCode.SOFTWARE;
        }
    }

    private int run(WharfgateConfig config, String task, Map<String, String> arguments, TaskOutput out)
            throws IOException, StartException {
        if (config.ops().control().isPresent()) {
            Optional<ControlClient> service =
                    ControlClient.connect(config.ops().control().get());
            if (service.isPresent()) {
                try (ControlClient client = service.get()) {
                    return client.run(task, arguments, out);
                }
            }
        }
        try (OfflineStorage storage = OfflineStorage.open(config)) {
            return storage.run(task, arguments, out);
        }
    }
}
