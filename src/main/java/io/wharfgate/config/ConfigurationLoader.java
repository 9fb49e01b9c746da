package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.filesystem.FilesystemConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
            Values values = values(tree.get(), findings);
            WharfgateConfig config = sections(values, new PathFormat(fileDirectory, workingDirectory));
            if (findings.errors().isEmpty()) {
                new CrossChecks(values, config).run();
            }
            if (findings.errors().isEmpty()) {
                return new LoadedConfiguration(
                        config, file.map(ChosenFile::name), findings.warnings(), values.effective());
            }
        }
        throw new ConfigurationException(findings.errors(), findings.warnings());
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

    private Values values(Node.Section tree, Findings findings) {
        var file = new FileValues(tree, findings);
        var own = new EnvironmentValues(environment, findings);
        var registry = new RegistryVariables(environment, findings);
        refuseUpstream(file, own, findings);
        return new Values(List.of(own.values(), registry.values(), file.values()), findings);
    }

    private static void refuseUpstream(FileValues file, EnvironmentValues own, Findings findings) {
        var places = new ArrayList<Origin>();
        file.section("upstream").ifPresent(places::add);
        Arrays.stream(Key.values())
                .filter(key -> key.upstream() && own.values().containsKey(key))
                .forEach(key -> places.add(new Origin.Variable(key.variable())));
        for (Origin place : places) {
            findings.error(
                    place,
                    "upstream",
                    "this version cannot stand in front of another registry yet; remove it, and blobs are stored in"
                            + " storage.filesystem.root");
            file.section("storage")
                    .ifPresent(storage -> findings.error(
                            place, "upstream", "excludes storage (" + storage + "); keep one of the two"));
        }
    }

    private static WharfgateConfig sections(Values values, PathFormat paths) {
        ServerConfig server = ServerSection.read(values, paths);
        Path data = server.dataDirectory();
        return new WharfgateConfig(
                server,
                new TlsSection(values, paths, server).read(),
                AuthSection.read(values, paths, data),
                new FilesystemConfig(values.get(Key.STORAGE_FILESYSTEM_ROOT, paths, data.resolve("registry"))),
                new RegistryConfig(values.get(Key.STORAGE_DELETE, new BooleanFormat(), true)),
                new OpsConfig(values.get(Key.OPS_LISTEN, new ListenFormat())),
                new LogConfig(
                        values.get(Key.LOG_FORMAT, new ChoiceFormat<>(LogConfig.Format.class), LogConfig.Format.TEXT),
                        values.get(Key.LOG_LEVEL, new ChoiceFormat<>(LogConfig.Level.class), LogConfig.Level.INFO)));
    }
}
