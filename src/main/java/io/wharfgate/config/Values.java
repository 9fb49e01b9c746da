package io.wharfgate.config;

import io.wharfgate.secret.Secret;
import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Typed access to what was given, and a record of what is in force. Weaker values that are overridden are parsed too,
 * so that their mistakes are known before the override goes away. Not thread-safe.
 */
final class Values {

    private final List<Map<Key, Given>> sources;
    private final Findings findings;
    private final Function<Key, String> names;
    private final Map<Key, Effective> effective = new EnumMap<>(Key.class);

    /**
     * What is in force for a key.
     *
     * @param items the value as the file would write it; a list's items; a map's as {@code name=value}
     * @param secret what {@code items} do not show: the value itself, or what the file holds that it names
     */
    record Effective(Origin origin, List<String> items, Optional<Secret> secret) {

        /** Whether it is the same value, wherever either comes from. */
        boolean same(Effective other) {
            return items.equals(other.items) && secret.equals(other.secret);
        }
    }

    /** From sources in the order of their strength, the strongest first. */
    Values(List<Map<Key, Given>> sources, Findings findings) {
        this(sources, findings, Key::path);
    }

    private Values(List<Map<Key, Given>> sources, Findings findings, Function<Key, String> names) {
        this.sources = List.copyOf(sources);
        this.findings = findings;
        this.names = names;
    }

    /** What stands in one entry of {@link Key#PREFIXES}; asked for by the keys of {@code upstream}. */
    Values of(FileValues.Prefix entry) {
        return new Values(List.of(entry.values()), findings, key -> key.pathIn(entry.path()));
    }

    /** What messages call this key. */
    String name(Key key) {
        return names.apply(key);
    }

    Findings findings() {
        return findings;
    }

    /** Where the strongest value for this key stands; also when it could not be parsed. */
    Optional<Origin> given(Key key) {
        return all(key).stream().findFirst().map(Given::origin);
    }

    /** Where the value stands, or that it is a default. */
    Origin origin(Key key) {
        return given(key).orElseGet(Origin.BuiltIn::new);
    }

    <T> T get(Key key, Format<T> format, T ifMissing) {
        Optional<T> value = get(key, format);
        if (value.isEmpty()) {
            assume(key, List.of(format.show(ifMissing)));
        }
        return value.orElse(ifMissing);
    }

    <T> Optional<T> get(Key key, Format<T> format) {
        return strongest(key, given -> parse(key, format, (Given.One) given))
                .map(value -> note(key, value, List.of(format.show(value))));
    }

    /** For keys that are lists or maps. */
    <T> Optional<List<T>> list(Key key, Format<T> format) {
        return strongest(key, given -> parseAll(key, format, (Given.Many) given))
                .map(list -> note(key, list, list.stream().map(format::show).toList()));
    }

    /** Records a default that only becomes known from other values. */
    void assume(Key key, List<String> items) {
        effective.put(key, new Effective(new Origin.BuiltIn(), items, Optional.empty()));
    }

    /** Records what the file holds that the key's value names. */
    void holds(Key key, Secret secret) {
        effective.computeIfPresent(
                key, (same, value) -> new Effective(value.origin(), value.items(), Optional.of(secret)));
    }

    void error(Key key, String message) {
        findings.error(origin(key), name(key), message);
    }

    void warning(Key key, String message) {
        findings.warning(origin(key), name(key), message);
    }

    /** Everything that is in force, by key. Keys that are not set and have no default are missing. */
    Map<Key, Effective> effective() {
        return Map.copyOf(effective);
    }

    private List<Given> all(Key key) {
        return sources.stream()
                .filter(source -> source.containsKey(key))
                .map(source -> source.get(key))
                .toList();
    }

    private interface Parse<T> {
        Optional<T> from(Given given);
    }

    private <T> Optional<T> strongest(Key key, Parse<T> parse) {
        List<Optional<T>> parsed = new ArrayList<>();
        all(key).forEach(given -> parsed.add(parse.from(given)));
        return parsed.isEmpty() ? Optional.empty() : parsed.get(0);
    }

    private <T> Optional<T> parse(Key key, Format<T> format, Given.One given) {
        try {
            return Optional.of(format.parse(given));
        } catch (InvalidValueException e) {
            findings.error(given.origin(), name(key), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private <T> Optional<List<T>> parseAll(Key key, Format<T> format, Given.Many given) {
        var items = new ArrayList<T>();
        given.items().forEach(item -> parse(key, format, item).ifPresent(items::add));
        return items.size() == given.items().size() ? Optional.of(List.copyOf(items)) : Optional.empty();
    }

    private <T> T note(Key key, T value, List<String> items) {
        Optional<Secret> secret = value instanceof Secret hidden ? Optional.of(hidden) : Optional.empty();
        effective.put(key, new Effective(origin(key), items, secret));
        return value;
    }
}
