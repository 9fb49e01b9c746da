package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Goes over all repositories of the storage in ASCII order of their names, which is not the order of the directories:
 * {@code a-b} comes between {@code a} and {@code a/b}. So what has been passed is complete while the rest is still
 * unknown. For one thread.
 */
public final class CatalogWalk {

    private final ObjectStore store;
    // The names that are known and not passed. What is below a name comes after it, so the least of these is the next.
    private final PriorityQueue<String> ahead = new PriorityQueue<>();

    public CatalogWalk(ObjectStore store) throws IOException {
        this.store = store;
        addAll("", store.names(RegistryLayout.REPOSITORIES));
    }

    /**
     * A directory that the walk has come to.
     *
     * @param repository whether it can be a repository with manifests, and not only a part of other names
     */
    public record Stop(RepositoryName name, boolean repository) {}

    public boolean hasNext() {
        return !ahead.isEmpty();
    }

    public Stop next() throws IOException {
        String name = ahead.remove();
        List<String> below = store.names(new ObjectKey(RegistryLayout.REPOSITORIES + "/" + name));
        addAll(name + "/", below);
        return new Stop(new RepositoryName(name), below.contains(RegistryLayout.MANIFESTS_DIRECTORY));
    }

    private void addAll(String before, List<String> names) {
        for (String name : names) {
            if (RepositoryName.isValid(before + name)) {
                ahead.add(before + name);
            }
        }
    }
}
