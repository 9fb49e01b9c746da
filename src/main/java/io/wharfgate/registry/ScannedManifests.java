package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Of which manifests the index of referrers is known to be right, for the repositories that were asked about last.
 * Bounded; what is dropped here is read from the storage again. Safe for use by any thread.
 */
final class ScannedManifests {

    /** A digest takes about 250 bytes here: 12 MiB in all. */
    private static final int MOST = 50_000;

    private final Map<RepositoryName, Repository> repositories = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param manifests those that have been looked at
     * @param version of the repository's manifests, when all of them had been; empty when that cannot be told
     */
    record Repository(Set<Digest> manifests, Optional<String> version) {}

    synchronized Optional<Repository> get(RepositoryName name) {
        @Nullable Repository repository = repositories.get(name);
        return Optional.ofNullable(repository);
    }

    synchronized void put(RepositoryName name, Set<Digest> manifests, Optional<String> version) {
        Set<Digest> copy = ConcurrentHashMap.newKeySet();
        copy.addAll(manifests);
        repositories.put(name, new Repository(copy, version));
        long all = repositories.values().stream()
                .mapToLong(repository -> repository.manifests().size())
                .sum();
        for (Iterator<Repository> oldest = repositories.values().iterator(); all > MOST && oldest.hasNext(); ) {
            all -= oldest.next().manifests().size();
            oldest.remove();
        }
    }

    /** That manifest is in the index, if it belongs there. */
    synchronized void add(RepositoryName name, Digest manifest) {
        @Nullable Repository repository = repositories.get(name);
        if (repository != null) {
            repository.manifests().add(manifest);
        }
    }

    synchronized void remove(RepositoryName name, Digest manifest) {
        @Nullable Repository repository = repositories.get(name);
        if (repository != null) {
            repository.manifests().remove(manifest);
        }
    }

    synchronized void clear(RepositoryName name) {
        repositories.remove(name);
    }
}
