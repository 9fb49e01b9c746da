package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.storage.filesystem.FilesystemConfig;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was given, by file and variables, and the sections that become of it. Not thread-safe. */
final class Sources {

    private final FileValues file;
    private final RegistryVariables registry;
    private final Values values;
    private InForce inForce = InForce.NOTHING;

    Sources(Node.Section tree, Map<String, String> environment, Findings findings) {
        file = new FileValues(tree, findings);
        var own = new EnvironmentValues(environment, findings);
        registry = new RegistryVariables(environment, findings);
        values = new Values(List.of(own.values(), registry.values(), file.values()), findings);
    }

    Values values() {
        return values;
    }

    /** What is in force. Known after {@link #sections}. */
    InForce inForce() {
        return inForce;
    }

    /** Reads everything. What comes back is of use only if there were no mistakes. */
    WharfgateConfig sections(PathFormat paths) {
        ServerConfig server = ServerSection.read(values, paths);
        Path data = server.dataDirectory();
        var ops = new OpsConfig(
                values.get(Key.OPS_LISTEN, new ListenFormat()),
                values.get(Key.OPS_MIN_FREE_SPACE, new SizeFormat(0, Long.MAX_VALUE), 512L << 20),
                Optional.of(values.get(Key.OPS_CONTROL, paths, data.resolve("control.sock"))));
        var upstream =
                new UpstreamSection(values, file, paths, new OwnAddresses(server, ops), registry.storageDriver());
        var config = new WharfgateConfig(
                server,
                new TlsSection(values, paths, server).read(),
                AuthSection.read(values, paths, server),
                new FilesystemConfig(values.get(Key.STORAGE_FILESYSTEM_ROOT, paths, data.resolve("registry"))),
                StorageSection.read(values, paths, server),
                upstream.read(),
                ops,
                new LogConfig(
                        values.get(Key.LOG_FORMAT, new ChoiceFormat<>(LogConfig.Format.class), LogConfig.Format.TEXT),
                        values.get(Key.LOG_LEVEL, new ChoiceFormat<>(LogConfig.Level.class), LogConfig.Level.INFO),
                        values.get(Key.LOG_ACCESS, new BooleanFormat(), true),
                        values.get(Key.LOG_AUDIT, paths)));
        inForce = new InForce(values.effective(), upstream.effectiveOfPrefixes());
        return config;
    }
}
