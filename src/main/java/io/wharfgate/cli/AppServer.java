package io.wharfgate.cli;

import io.wharfgate.app.Service;
import io.wharfgate.app.StartException;
import io.wharfgate.config.LoadedConfiguration;
import picocli.CommandLine.ExitCode;

/** The service itself: the one place where the command line meets the application. */
public final class AppServer implements Server {

    @Override
    public int run(LoadedConfiguration configuration, Surroundings surroundings) throws InterruptedException {
        try {
            return Service.run(
                            configuration,
                            surroundings.out(),
                            Terminal.console().isPresent())
                    ? ExitCode.OK
                    : ExitCode.SOFTWARE;
        } catch (StartException e) {
            surroundings.err().println("wharfgate serve: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }
}
