package io.wharfgate.cli;

import io.wharfgate.config.LoadedConfiguration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs commands as a terminal would, and keeps what they print. */
final class Shell {

    final List<LoadedConfiguration> served = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    Shell(Path directory) {
        this.directory = directory;
    }

    Shell variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    int run(String... args) {
        return run(
                (configuration, surroundings) -> {
                    served.add(configuration);
                    return 0;
                },
                args);
    }

    int run(Server server, String... args) {
        var surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                environment,
                directory,
                directory.resolve("system.yaml"));
        return QuickServe.run(surroundings, server, args)
                .orElseGet(() -> new WharfgateCommand(surroundings, server).run(args));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
