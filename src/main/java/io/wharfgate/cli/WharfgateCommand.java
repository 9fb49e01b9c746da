package io.wharfgate.cli;

import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** The root command: which commands there are, and what they have in common. */
@Command(
        name = "wharfgate",
        description = "A private Docker and OCI registry in one service.",
        footer = {"", "Start with: wharfgate serve"})
public final class WharfgateCommand implements Runnable {

    private final Surroundings surroundings;
    private final Server server;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it before anything runs.
    private CommandSpec spec;

    public WharfgateCommand(Surroundings surroundings, Server server) {
        this.surroundings = surroundings;
        this.server = server;
    }

    /**
     * Runs what the arguments say.
     *
     * @return the exit code: 0 done, 1 failed, 2 wrong usage or configuration
     */
    public int run(String... args) {
        return commandLine().execute(args);
    }

    /** Reached when no command is named. */
    @Override
    public void run() {
        throw NoCommand.of(spec);
    }

    /** Every command there is. A new one only needs its line here. */
    private List<Object> commands(VersionCommand version) {
        var defaults = new ConfiguredDefaults(surroundings);
        return List.of(
                new ServeCommand(surroundings, server),
                new CheckConfigCommand(surroundings),
                new UserCommand(defaults::htpasswd, UserPasswords.ofProcess()),
                new AccessCommand(surroundings),
                new TokenCommand(surroundings, Clock.systemUTC()),
                new CopyCommand(surroundings),
                new ImportCommand(surroundings),
                new ExportCommand(surroundings),
                StorageCommand.of(surroundings),
                new CertCommand(defaults::cert),
                new DoctorCommand(surroundings, UserPasswords.ofProcess()),
                version);
    }

    /** The commands with all their options; the packages' man pages are made from it. */
    public CommandLine commandLine() {
        var version = new VersionCommand(surroundings);
        var root = new CommandLine(this);
        commands(version).forEach(root::addSubcommand);
        root.getCommandSpec()
                .versionProvider(version)
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .type(boolean.class)
                        .description("Print the version, like the command \"version\".")
                        .build());
        addHelp(root);
        var mistakes = new Mistakes(surroundings);
        return root.setOut(surroundings.out())
                .setErr(surroundings.err())
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                // "@name" as an argument is a user's or a file's name here, never a file with more arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(mistakes)
                .setExecutionExceptionHandler(mistakes);
    }

    /** {@code --help} and the exit codes, on every command and those below it, unless it brings its own. */
    static void addHelp(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.findOption("--help") == null) {
            spec.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .type(boolean.class)
                    .description("Show this help.")
                    .build());
        }
        if (spec.usageMessage().exitCodeList().isEmpty()) {
            var codes = new java.util.LinkedHashMap<String, String>();
            codes.put("0", "done");
            codes.put("1", "failed");
            codes.put("2", "wrong usage or configuration");
            spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
        }
        spec.usageMessage().width(100);
        command.getSubcommands().values().forEach(WharfgateCommand::addHelp);
    }
}
