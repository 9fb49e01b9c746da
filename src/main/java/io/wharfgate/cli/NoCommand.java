package io.wharfgate.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What to say to somebody who named a group of commands and none of it. */
final class NoCommand {

    private NoCommand() {}

    static ParameterException of(CommandSpec group) {
        return new ParameterException(
                group.commandLine(),
                "name a command: " + String.join(", ", group.subcommands().keySet()));
    }
}
