package io.wharfgate.cli;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.access.AccessContents;
import io.wharfgate.config.Inspection;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.registry.rules.RulesFile;
import io.wharfgate.yaml.Finding;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check-config",
        description = {
            "Checks the configuration without starting anything.",
            "",
            "Prints every mistake with file, line and key, those of the access and storage rules too. Looks also whether the files and directories that it names can"
                    + " be used by this user."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate check-config -c /etc/wharfgate/wharfgate.yaml",
            "  wharfgate check-config --print      # what is in force, and where each value came from"
        })
final class CheckConfigCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--print",
            description = {"Print the values in force as YAML, each with the place it came from.", "Secrets are masked."
            })
    private boolean print;

    CheckConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Optional<LoadedConfiguration> loaded = config.load(surroundings);
        if (loaded.isEmpty()) {
            return ExitCode.USAGE;
        }
        Inspection.Report report = Inspection.of(loaded.get());
        AuthConfig auth = loaded.get().config().auth();
        AccessContents access = AccessContents.read(auth.access(), new KnownUsers(auth.htpasswd()));
        ConfigOption.printWarnings(surroundings.err(), joined(report.warnings(), access.warnings()));
        List<Finding> errors = joined(
                joined(report.errors(), access.errors()),
                storageRules(loaded.get().config()));
        if (!errors.isEmpty()) {
            ConfigOption.printErrors(surroundings.err(), errors);
            return ExitCode.USAGE;
        }
        if (print) {
            surroundings.out().print(loaded.get().toYaml());
            surroundings.out().flush();
        } else {
            surroundings
                    .out()
                    .println("the configuration is valid (" + loaded.get().source() + ")");
        }
        return ExitCode.OK;
    }

    private static List<Finding> storageRules(WharfgateConfig config) {
        // A gateway stores nothing.
        return config.registry()
                .upkeep()
                .rules()
                .filter(file -> config.upstream().isEmpty())
                .map(RulesFile::errors)
                .orElse(List.of());
    }

    private static List<Finding> joined(List<Finding> first, List<Finding> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
