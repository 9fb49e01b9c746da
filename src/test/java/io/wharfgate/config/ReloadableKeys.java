package io.wharfgate.config;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys that a reload changes, for tests of what becomes of them. */
public final class ReloadableKeys {

    private ReloadableKeys() {}

    public static Set<String> all() {
        return Arrays.stream(Key.values())
                .filter(key -> Effect.of(key) == Effect.RELOAD)
                .map(Key::path)
                .collect(Collectors.toSet());
    }
}
