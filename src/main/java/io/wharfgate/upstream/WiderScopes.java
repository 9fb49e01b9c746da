package io.wharfgate.upstream;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an upstream was seen to demand beyond what {@link TokenScope} says: Azure's registry wants {@code metadata_read} for
 * tags, old ones want {@code *} to delete. Remembered, so that a request that carries a body need not fail first.
 * Thread-safe, and bounded.
 */
final class WiderScopes {

    private static final int MOST = 1000;
    private static final int MOST_ADDED = 4;
    private static final int LONGEST = 1000;

    private final Map<List<String>, List<String>> learned = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, List<String>> eldest) {
            return size() > MOST;
        }
    };

    /** The scopes to ask for where {@code scopes} are wanted. */
    synchronized List<String> of(List<String> scopes) {
        return learned.getOrDefault(scopes, scopes);
    }

    /**
     * Takes note of the scope in a challenge.
     *
     * @return whether there was anything new in it
     */
    synchronized boolean learn(List<String> scopes, Optional<String> demanded) {
        List<String> before = of(scopes);
        List<String> after = Stream.concat(
                        before.stream(),
                        demanded.filter(text -> text.length() <= LONGEST).stream()
                                .flatMap(text -> Arrays.stream(text.split(" ", -1)))
                                .filter(scope -> !scope.isEmpty()))
                .distinct()
                .limit(scopes.size() + MOST_ADDED)
                .toList();
        if (after.size() == before.size()) {
            return false;
        }
        learned.put(scopes, after);
        return true;
    }
}
