package io.wharfgate.registry;

import io.wharfgate.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;

/**
 * A registry over one storage, in its six parts. All of them block on the storage and on nothing else, and are safe
 * for use by any thread: call them on threads that may wait.
 */
public final class Registry implements Closeable {

    private final ObjectStore store;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Manifests manifests;
    private final Tags tags;
    private final Catalog catalog;
    private final Referrers referrers;
    private volatile RegistryConfig config;

    /** @param store stays the caller's to close, after this */
    public Registry(ObjectStore store, RegistryConfig config) {
        this(store, config, Clock.systemUTC());
    }

    Registry(ObjectStore store, RegistryConfig config, Clock clock) {
        this.store = store;
        this.config = config;
        Links links = new Links(store);
        RepositoryLocks locks = new RepositoryLocks();
        ScannedManifests scanned = new ScannedManifests();
        ReferrerIndex index = new ReferrerIndex(store, links, scanned);
        Revisions revisions = new Revisions(store, links, index);
        this.catalog = new Catalog(store, revisions, locks);
        this.blobs = new Blobs(store, links, locks, this::config, catalog);
        this.uploads = new Uploads(store, blobs, clock);
        this.tags = new Tags(store, links, revisions);
        this.manifests = new Manifests(
                new ManifestReferences(blobs, revisions, this::config), revisions, tags, catalog, locks, this::config);
        this.referrers = new Referrers(index, new ReferrerScan(revisions, index, scanned), revisions, tags);
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

    /** What is set about it; asked at each operation. */
    public RegistryConfig config() {
        return config;
    }

    /** Other settings, for every operation that begins from now on. */
    public void use(RegistryConfig other) {
        config = other;
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

    public Referrers referrers() {
        return referrers;
    }

    public Catalog catalog() {
        return catalog;
    }
}
