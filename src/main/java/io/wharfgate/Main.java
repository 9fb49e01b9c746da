package io.wharfgate;

import io.wharfgate.cli.AppServer;
import io.wharfgate.cli.Surroundings;
import io.wharfgate.cli.WharfgateCommand;

/** Entry point of the jar: hands the arguments over to the command line and ends with its exit code. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new WharfgateCommand(Surroundings.ofProcess(), new AppServer()).run(args));
    }
}
