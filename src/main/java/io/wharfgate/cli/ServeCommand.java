package io.wharfgate.cli;

import io.wharfgate.config.LoadedConfiguration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        description = {
            "Runs the registry until it is stopped.",
            "",
            "Without any configuration it serves https://localhost:5443 with a certificate of its own, keeps its data in"
                    + " ./wharfgate-data, and makes a first user \"admin\"."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate serve",
            "  wharfgate serve -c /etc/wharfgate/wharfgate.yaml",
            "  WHARFGATE_SERVER_LISTEN=127.0.0.1:8443 wharfgate serve"
        })
final class ServeCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Server server;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    ServeCommand(Surroundings surroundings, Server server) {
        this.surroundings = surroundings;
        this.server = server;
    }

    /** As with {@code -c FILE}. */
    ServeCommand with(String file) {
        config.file = file;
        return this;
    }

    @Override
    public Integer call() throws Exception {
        Optional<LoadedConfiguration> loaded = config.load(surroundings);
        return loaded.isPresent() ? server.run(loaded.get(), surroundings) : ExitCode.USAGE;
    }
}
