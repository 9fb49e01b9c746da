package io.wharfgate.cli;

import io.wharfgate.config.ConfigurationException;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.yaml.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, for every command that reads the configuration. */
final class ConfigOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = {
                "The configuration file. Without it: the file that WHARFGATE_CONFIG names, else",
                "/etc/wharfgate/wharfgate.yaml if it is there, else the built-in defaults."
            })
    @Nullable
    String file;

    /**
     * Reads the configuration. Warnings and mistakes are printed.
     *
     * @return empty when there are mistakes: the command ends with exit code 2
     */
    Optional<LoadedConfiguration> load(Surroundings surroundings) {
        PrintWriter err = surroundings.err();
        try {
            LoadedConfiguration loaded = surroundings.configuration().load(Optional.ofNullable(file));
            printWarnings(err, loaded.warnings());
            return Optional.of(loaded);
        } catch (ConfigurationException e) {
            printWarnings(err, e.warnings());
            printErrors(err, e.errors());
            return Optional.empty();
        }
    }

    static void printWarnings(PrintWriter err, List<Finding> warnings) {
        warnings.forEach(warning -> err.println("warning: " + warning));
    }

    static void printErrors(PrintWriter err, List<Finding> errors) {
        printErrors(err, errors, "configuration");
    }

    /** @param where they are, as in "2 mistakes in the configuration" */
    static void printErrors(PrintWriter err, List<Finding> errors, String where) {
        errors.forEach(err::println);
        err.println((errors.size() == 1 ? "1 mistake" : errors.size() + " mistakes") + " in the " + where);
    }
}
