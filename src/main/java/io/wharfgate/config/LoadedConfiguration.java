package io.wharfgate.config;

import io.wharfgate.yaml.Finding;
import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Shown;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration without mistakes, and where it came from. Immutable. */
public final class LoadedConfiguration {

    private final WharfgateConfig config;
    private final Optional<String> file;
    private final List<Finding> warnings;
    private final InForce inForce;

    LoadedConfiguration(WharfgateConfig config, Optional<String> file, List<Finding> warnings, InForce inForce) {
        this.config = config;
        this.file = file;
        this.warnings = List.copyOf(warnings);
        this.inForce = inForce;
    }

    public WharfgateConfig config() {
        return config;
    }

    /** The file as it was named; empty when none was read. */
    public Optional<String> file() {
        return file;
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
        String fromFile = file.map(Shown::printable).orElse("no file, the defaults");
        return variables == 0
                ? fromFile
                : fromFile + ", and " + variables + " from environment variable" + (variables == 1 ? "" : "s");
    }

    /** The values in force, as a file that loads to this configuration again. Secrets are masked. */
    public String toYaml() {
        return new EffectiveYaml(inForce).render(source());
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
