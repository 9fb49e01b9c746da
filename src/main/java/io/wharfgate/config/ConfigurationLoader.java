package io.wharfgate.config;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import io.wharfgate.yaml.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and reads the configuration. From strong to weak: {@code WHARFGATE_*}, {@code REGISTRY_*}, the file, the
 * defaults. Immutable; every {@link #load} reads anew.
 */
public final class ConfigurationLoader {

    /** Read when no file is named, if it is there. */
    public static final Path SYSTEM_FILE = Path.of("/etc/wharfgate/wharfgate.yaml");

    private static final Node.Section EMPTY = new Node.Section(new Origin.InFile("", 1, 1), List.of());

    private final Map<String, String> environment;
    private final Path workingDirectory;
    private final Path systemFile;

    /**
     * A loader for this process, or for the one that a test describes.
     *
     * @param environment all variables of the process
     * @param workingDirectory where relative paths start that do not stand in the file; absolute
     * @param systemFile {@link #SYSTEM_FILE}, or another one in tests
     */
    public ConfigurationLoader(Map<String, String> environment, Path workingDirectory, Path systemFile) {
        this.environment = Map.copyOf(environment);
        this.workingDirectory = workingDirectory;
        this.systemFile = systemFile;
    }

    /**
     * Reads the configuration.
     *
     * @param named the file that the user named; empty: {@code WHARFGATE_CONFIG}, else the system's file, else none
     * @throws ConfigurationException all mistakes that there are
     */
    public LoadedConfiguration load(Optional<String> named) throws ConfigurationException {
        var findings = new Findings();
        Optional<ChosenFile> file = choose(named);
        Optional<Node.Section> tree =
                file.isEmpty() ? Optional.of(EMPTY) : file.get().read(workingDirectory, findings);
        if (tree.isPresent()) {
            Path fileDirectory =
                    file.map(chosen -> chosen.directory(workingDirectory)).orElse(workingDirectory);
            var sources = new Sources(tree.get(), environment, findings);
            WharfgateConfig config = sources.sections(new PathFormat(fileDirectory, workingDirectory));
            if (findings.errors().isEmpty()) {
                new CrossChecks(sources.values(), config).run();
            }
            if (findings.errors().isEmpty()) {
                return new LoadedConfiguration(
                        config,
                        new LoadedConfiguration.Source(this, named, file.map(ChosenFile::name)),
                        findings.warnings(),
                        sources.inForce());
            }
        }
        throw new ConfigurationException(findings.errors(), findings.warnings());
    }

    /** The same, but that the key has this value, whatever anybody writes. */
    ConfigurationLoader keeping(Key key, String value) {
        var variables = new HashMap<>(environment);
        // Nothing is stronger.
        variables.put(key.variable(), value);
        return new ConfigurationLoader(variables, workingDirectory, systemFile);
    }

    private Optional<ChosenFile> choose(Optional<String> named) {
        if (named.isPresent()) {
            return named.map(name -> new ChosenFile(name, new Origin.WholeFile(name)));
        }
        String inVariable = environment.getOrDefault("WHARFGATE_CONFIG", "");
        if (!inVariable.isBlank()) {
            return Optional.of(
                    new ChosenFile(inVariable, new Origin.WholeFile(inVariable + " (from WHARFGATE_CONFIG)")));
        }
        // "Not known to be missing": a file that this user may not look at is a mistake, no reason for the defaults.
        return Files.notExists(systemFile)
                ? Optional.empty()
                : Optional.of(new ChosenFile(systemFile.toString(), new Origin.WholeFile(systemFile.toString())));
    }
}
