package io.wharfgate.config;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The values in force, each with its place. Immutable.
 *
 * @param values by key; those that are not set and have no default are missing
 * @param prefixes the same for each entry of {@link Key#PREFIXES}, by the keys of {@code upstream}
 */
record InForce(Map<Key, Values.Effective> values, SortedMap<String, Map<Key, Values.Effective>> prefixes) {

    static final InForce NOTHING = new InForce(Map.of(), new TreeMap<>());

    InForce {
        values = Map.copyOf(values);
        prefixes = Collections.unmodifiableSortedMap(new TreeMap<>(prefixes));
    }

    /** Whether this is a gateway's, so that nothing of a storage is in force. */
    boolean gateway() {
        return !prefixes.isEmpty() || values.keySet().stream().anyMatch(Key::upstream);
    }

    /** Every value, those of prefixes too. */
    Stream<Values.Effective> all() {
        return Stream.concat(
                values.values().stream(), prefixes.values().stream().flatMap(of -> of.values().stream()));
    }
}
