package io.wharfgate.registry;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * A registry over one storage, in its parts. All of them block on the storage and on nothing else, and are safe
 * for use by any thread: call them on threads that may wait.
 */
public final class Registry implements Closeable {

    /** A collection may be asked for with more grace than is configured. */
    private static final Duration SHORTEST_PIN = Duration.ofHours(1);

    private final ObjectStore store;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Manifests manifests;
    private final Tags tags;
    private final Catalog catalog;
    private final Referrers referrers;
    private volatile RegistryConfig config;
    private final Trash trash;
    private final RepositoryUpkeep upkeep;
    private final Holdings holdings;
    private final Oversight oversight;
    private final Mending mending;

    /** @param store stays the caller's to close, after this */
    public Registry(ObjectStore store, RegistryConfig config) {
        this(store, config, Oversight.NONE);
    }

    /**
     * With rules.
     *
     * @param store stays the caller's to close, after this
     */
    public Registry(ObjectStore store, RegistryConfig config, Oversight oversight) {
        this(store, config, oversight, Clock.systemUTC());
    }

    /** @param clock says when uploads begin, and what is too old to be kept */
    public Registry(ObjectStore store, RegistryConfig config, Clock clock) {
        this(store, config, Oversight.NONE, clock);
    }

    private Registry(ObjectStore store, RegistryConfig config, Oversight oversight, Clock clock) {
        this.store = store;
        this.config = config;
        this.oversight = oversight;
        Links links = new Links(store);
        RepositoryLocks locks = new RepositoryLocks();
        Pins pins = new Pins(clock, () -> longer(config().upkeep().grace(), SHORTEST_PIN));
        this.trash = new Trash(store, clock, () -> config().upkeep().undelete());
        Retained retained = new Retained(pins, trash);
        ScannedManifests scanned = new ScannedManifests();
        ReferrerIndex index = new ReferrerIndex(store, links, scanned);
        Revisions revisions = new Revisions(store, links, index, pins, oversight.accounts());
        this.catalog = new Catalog(store, revisions, locks);
        this.blobs = new Blobs(store, links, locks, this::config, catalog, retained, oversight.accounts());
        this.uploads = new Uploads(store, blobs, oversight.accounts(), clock);
        this.tags = new Tags(store, links, revisions, oversight.accounts());
        this.manifests = new Manifests(
                new ManifestReferences(blobs, revisions, this::config),
                revisions,
                tags,
                catalog,
                locks,
                this::config,
                retained,
                oversight);
        this.holdings = new Holdings(store, links, revisions, tags, locks);
        this.referrers = new Referrers(index, new ReferrerScan(revisions, index, scanned), revisions, tags);
        this.upkeep = new RepositoryUpkeep(
                store,
                locks,
                revisions,
                catalog,
                pins,
                new Restoring(store, links, revisions, tags, catalog, pins),
                oversight.accounts());
        this.mending = new Mending(locks, tags, this::config);
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

    public Holdings holdings() {
        return holdings;
    }

    /** What whoever pushes to that repository should know besides. */
    public Optional<String> warning(RepositoryName name) {
        return oversight.accounts().warning(name);
    }

    /** For a check of the storage. */
    public Mending mending() {
        return mending;
    }

    public Catalog catalog() {
        return catalog;
    }

    /** What was deleted and can be had back. */
    public Trash trash() {
        return trash;
    }

    /** What a collector of garbage may do. */
    public RepositoryUpkeep upkeep() {
        return upkeep;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
