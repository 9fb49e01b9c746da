package io.wharfgate.config;

import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration without mistakes, and where it came from. Immutable. */
public final class LoadedConfiguration {

    private final WharfgateConfig config;
    private final Source source;
    private final List<Finding> warnings;
    private final InForce inForce;

    /**
     * Where it can be read again.
     *
     * @param named the file that the user named
     * @param file the one that was read, as it was named
     */
    record Source(ConfigurationLoader loader, Optional<String> named, Optional<String> file) {}

    LoadedConfiguration(WharfgateConfig config, Source source, List<Finding> warnings, InForce inForce) {
        this.config = config;
        this.source = source;
        this.warnings = List.copyOf(warnings);
        this.inForce = inForce;
    }

    public WharfgateConfig config() {
        return config;
    }

    /** The file as it was named; empty when none was read. */
    public Optional<String> file() {
        return source.file();
    }

    /** What is not a mistake but worth knowing. */
    public List<Finding> warnings() {
        return warnings;
    }

    /** In words: the file, the number of values from variables, or that all is default. */
    public String source() {
        long variables = inForce.all()
                .filter(value -> value.origin() instanceof Origin.Variable)
                .count();
        String fromFile = source.file().map(Shown::printable).orElse("no file, the defaults");
        return variables == 0
                ? fromFile
                : fromFile + ", and " + variables + " from environment variable" + (variables == 1 ? "" : "s");
    }

    /** The values in force, as a file that loads to this configuration again. Secrets are masked. */
    public String toYaml() {
        return new EffectiveYaml(inForce).render(source());
    }

    /**
     * Reads it anew from where it came from.
     *
     * @return what a running service can take over from that
     * @throws ConfigurationException all mistakes that there are now
     */
    public Revision reread() throws ConfigurationException {
        LoadedConfiguration written = source.loader().load(source.named());
        Path data = config.server().dataDirectory();
        // Paths that nobody has set lie below it, and have to stay with it.
        LoadedConfiguration possible = written.config().server().dataDirectory().equals(data)
                ? written
                : source.loader()
                        .keeping(Key.SERVER_DATA_DIRECTORY, data.toString())
                        .load(source.named());
        return Revision.of(this, written, possible);
    }

    /** The same source, with other values in force. */
    LoadedConfiguration with(WharfgateConfig other, InForce values) {
        return new LoadedConfiguration(other, source, warnings, values);
    }

    InForce inForce() {
        return inForce;
    }

    /** Where the value of a key like {@code server.listen} came from. */
    Origin origin(Key key) {
        return origin(inForce.values(), key);
    }

    /** The same for a key of one of the upstream's prefixes. */
    Origin origin(String prefix, Key key) {
        return origin(inForce.prefixes().getOrDefault(prefix, Map.of()), key);
    }

    private static Origin origin(Map<Key, Values.Effective> values, Key key) {
        Values.Effective value = values.get(key);
        return value == null ? new Origin.BuiltIn() : value.origin();
    }
}
