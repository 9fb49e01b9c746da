package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/** What a check of the storage has to have of the registry that serves it meanwhile. Safe for use by any thread. */
public final class Mending {

    private final RepositoryLocks locks;
    private final Tags tags;
    private final Supplier<RegistryConfig> config;

    Mending(RepositoryLocks locks, Tags tags, Supplier<RegistryConfig> config) {
        this.locks = locks;
        this.tags = tags;
        this.config = config;
    }

    /** Something that is done to a repository. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** Whether manifests may lack what they refer to. */
    public boolean sparse() {
        return config.get().sparseManifests();
    }

    /**
     * Does that while nobody else changes manifests and tags of the repository, or takes blobs from it. Keep it short:
     * pushes wait.
     */
    public void alone(RepositoryName name, Action action) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Removes a tag, and what is left of one. Only within {@link #alone}. */
    public void removeTag(RepositoryName name, Tag tag) throws IOException {
        tags.remove(name, tag);
    }
}
