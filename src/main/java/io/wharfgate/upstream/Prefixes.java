package io.wharfgate.upstream;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which upstream a repository is at: that of the longest prefix, by whole components, of its name. Immutable.
 *
 * @param standard for names that no prefix matches
 * @param prefixed by prefix, without slashes at the ends
 */
record Prefixes<U>(Optional<U> standard, Map<String, U> prefixed) {

    Prefixes {
        prefixed = Map.copyOf(prefixed);
    }

    List<U> all() {
        return Stream.concat(standard.stream(), prefixed.values().stream()).toList();
    }

    /** @param name a repository's, or a path below {@code /v2/} that begins as one */
    Optional<U> at(String name) {
        String prefix = name;
        while (true) {
            U upstream = prefixed.get(prefix);
            if (upstream != null) {
                return Optional.of(upstream);
            }
            int slash = prefix.lastIndexOf('/');
            if (slash < 0) {
                return standard;
            }
            prefix = prefix.substring(0, slash);
        }
    }
}
