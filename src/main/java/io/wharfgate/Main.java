package io.wharfgate;

import io.wharfgate.app.ProcessLog;
import io.wharfgate.cli.AppServer;
import io.wharfgate.cli.QuickServe;
import io.wharfgate.cli.Surroundings;
import io.wharfgate.cli.WharfgateCommand;
import java.util.OptionalInt;

/** Entry point of the jar: hands the arguments over to the command line and ends with its exit code. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        ProcessLog.install();
        Surroundings surroundings = Surroundings.ofProcess();
        AppServer server = new AppServer();
        OptionalInt served = QuickServe.run(surroundings, server, args);
        System.exit(served.orElseGet(() -> new WharfgateCommand(surroundings, server).run(args)));
    }
}
