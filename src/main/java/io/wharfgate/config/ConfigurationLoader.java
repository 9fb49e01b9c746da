package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.filesystem.FilesystemConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
        Optional<String> file = named.or(() ->
                        Optional.ofNullable(environment.get("WHARFGATE_CONFIG")).filter(name -> !name.isBlank()))
                .or(() -> Optional.of(systemFile.toString()).filter(name -> Files.exists(systemFile)));
        Path path = workingDirectory;
        Optional<Node.Section> tree = Optional.of(new Node.Section(new Origin.InFile("", 1, 1), List.of()));
        if (file.isPresent()) {
            try {
                path = workingDirectory.resolve(file.get());
                tree = tree(path, file.get(), findings);
            } catch (InvalidPathException e) {
                findings.error(new Origin.WholeFile(file.get()), "", "cannot be a file name; check it");
                tree = Optional.empty();
            }
        }
        if (tree.isEmpty()) {
            throw new ConfigurationException(findings.errors(), findings.warnings());
        }
        Path directory = file.isEmpty() || path.getParent() == null ? workingDirectory : path.getParent();
        Values values = values(tree.get(), findings);
        WharfgateConfig config = sections(values, new PathFormat(directory, workingDirectory));
        if (findings.errors().isEmpty()) {
            new CrossChecks(values, config).run();
        }
        if (!findings.errors().isEmpty()) {
            throw new ConfigurationException(findings.errors(), findings.warnings());
        }
        return new LoadedConfiguration(config, file, findings.warnings(), values.effective());
    }

    private static Optional<Node.Section> tree(Path path, String name, Findings findings) {
        return new FileText(findings).read(path, name).flatMap(text -> YamlTree.parse(text, name, findings));
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
