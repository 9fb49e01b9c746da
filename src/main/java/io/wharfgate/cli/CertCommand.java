package io.wharfgate.cli;

import io.wharfgate.tls.TlsMaterialException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wharfgate cert …}: make, show and hand out the registry's certificates. */
@Command(
        name = "cert",
        description = "Makes, shows and hands out the registry's certificates.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CertSelfSignedCommand.class, CertShowCommand.class, CertTrustCommand.class})
public final class CertCommand implements Runnable {

    static final int DONE = 0;
    static final int FAILED = 1;

    private final Supplier<CertDefaults> defaults;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it
    private CommandSpec spec;

    /** @param defaults asked for when an option is left out */
    CertCommand(Supplier<CertDefaults> defaults) {
        this.defaults = defaults;
    }

    CertDefaults defaults() {
        return defaults.get();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: self-signed, show or trust");
    }

    /** Runs the work of a subcommand, and tells what operators can mend in one line instead of a stack trace. */
    static int reporting(CommandSpec spec, Callable<Integer> work) throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        try {
            return work.call();
        } catch (TlsMaterialException e) {
            err.println("error: " + e.getMessage());
        } catch (AccessDeniedException e) {
            err.println("error: " + e.getFile() + ": permission denied");
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
        }
        err.flush();
        return FAILED;
    }
}
