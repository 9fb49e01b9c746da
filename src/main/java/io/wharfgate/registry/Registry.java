package io.wharfgate.registry;

import io.wharfgate.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;

/**
 * A registry over one storage, in its five parts. All of them block on the storage and on nothing else, and are safe
 * for use by any thread: call them on threads that may wait.
 */
public final class Registry implements Closeable {

    private final ObjectStore store;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Manifests manifests;
    private final Tags tags;
    private final Catalog catalog;

    /** @param store stays the caller's to close, after this */
    public Registry(ObjectStore store, RegistryConfig config) {
        this(store, config, Clock.systemUTC());
    }

    Registry(ObjectStore store, RegistryConfig config, Clock clock) {
        this.store = store;
        Links links = new Links(store);
        RepositoryLocks locks = new RepositoryLocks();
        Revisions revisions = new Revisions(store, links);
        this.blobs = new Blobs(store, links, locks, config);
        this.uploads = new Uploads(store, links, clock);
        this.tags = new Tags(store, links, revisions);
        this.catalog = new Catalog(store, revisions, locks);
        this.manifests = new Manifests(blobs, revisions, tags, catalog, locks, config);
    }

    /**
     * Begins to work: the catalog is built in the background. Call it once; the other parts need not wait for it.
     *
     * @throws IOException when the storage cannot be read at all
     */
    public void open() throws IOException {
        store.list(RegistryLayout.REPOSITORIES);
        catalog.open();
    }

    /** Stops what runs in the background. */
    @Override
    public void close() {
        catalog.close();
    }

    public Blobs blobs() {
        return blobs;
    }

    public Uploads uploads() {
        return uploads;
    }

    public Manifests manifests() {
        return manifests;
    }

    public Tags tags() {
        return tags;
    }

    public Catalog catalog() {
        return catalog;
    }
}
