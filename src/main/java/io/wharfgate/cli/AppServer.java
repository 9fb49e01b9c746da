package io.wharfgate.cli;

import io.wharfgate.config.LoadedConfiguration;
import picocli.CommandLine.ExitCode;

/** The service itself: the one place where the command line meets the application. */
public final class AppServer implements Server {

    @Override
    public int run(LoadedConfiguration configuration, Surroundings surroundings) {
        surroundings.err().println("wharfgate serve: this build has no server");
        return ExitCode.SOFTWARE;
    }
}
