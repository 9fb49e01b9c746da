package io.wharfgate.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a user sees when he mistyped, or when something failed that nobody foresaw: plain lines, no stack trace. */
final class Mistakes implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final Surroundings surroundings;

    Mistakes(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        PrintWriter err = surroundings.err();
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + oneLine(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = surroundings.err();
        if (e instanceof ConfiguredDefaults.UnknownDefaults) {
            err.println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            return ExitCode.USAGE;
        }
        return unforeseen(command.getCommandSpec().qualifiedName(), e);
    }

    /** @param command its whole name */
    int unforeseen(String command, Exception e) {
        PrintWriter err = surroundings.err();
        String message = e.getMessage() == null ? "" : ": " + oneLine(e.getMessage());
        err.println(command + ": " + e.getClass().getSimpleName() + message);
        if (surroundings.debug()) {
            e.printStackTrace(err);
        } else {
            err.println("WHARFGATE_DEBUG=1 in the environment shows where.");
        }
        return ExitCode.SOFTWARE;
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
