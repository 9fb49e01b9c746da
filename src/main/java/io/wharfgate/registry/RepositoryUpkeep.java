package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Changes to repositories that no client asks for: those of garbage collection. Knows nothing of what is garbage; sees to it
 * that clients of this process who are just at work lose nothing. Blocking; safe for use by any thread.
 */
public final class RepositoryUpkeep {

    private final ObjectStore store;
    private final RepositoryLocks locks;
    private final Revisions revisions;
    private final Catalog catalog;
    private final Pins pins;
    private final Restoring restoring;
    private final Accounts accounts;

    RepositoryUpkeep(
            ObjectStore store,
            RepositoryLocks locks,
            Revisions revisions,
            Catalog catalog,
            Pins pins,
            Restoring restoring,
            Accounts accounts) {
        this.store = store;
        this.locks = locks;
        this.revisions = revisions;
        this.catalog = catalog;
        this.pins = pins;
        this.restoring = restoring;
        this.accounts = accounts;
    }

    /** A change that depends on what was just read. */
    @FunctionalInterface
    public interface Change<T> {
        T make() throws IOException;
    }

    /** Makes a change while nobody else in this process changes the manifests and tags of the repository. */
    public <T> T alone(RepositoryName name, Change<T> change) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            return change.make();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a client has been told since then that this is there, or has pushed or mounted it. */
    public boolean pinnedSince(Digest digest, Instant since) {
        return pins.pinnedSince(digest, since);
    }

    /** When a client last was told so, as far as that is still known. */
    public Optional<Instant> pinned(Digest digest) {
        return pins.pinned(digest);
    }

    /** What is needed to have a manifest back that is removed next; empty when it is not there. */
    public Optional<Trash.Entry> trashed(RepositoryName name, Digest digest) throws IOException {
        return revisions.trashed(name, digest);
    }

    /**
     * Takes manifests from the repository, and not their content. The caller is {@link #alone}, and finishes the deletion.
     *
     * @param manifests each with what it refers to as its subject
     */
    public void removeManifests(RepositoryName name, Map<Digest, Optional<Digest>> manifests, BulkDeletion deletion)
            throws IOException {
        boolean counted = accounts.concern(name) && revisions.any(name);
        for (Map.Entry<Digest, Optional<Digest>> manifest : manifests.entrySet()) {
            revisions.unlink(name, manifest.getKey(), manifest.getValue(), deletion);
        }
        if (counted && !revisions.any(name)) {
            accounts.remove(name, Accounts.Change.LAST_MANIFEST);
        }
    }

    /**
     * Takes a blob from the repository, unless a client counts on it since then. The caller is {@link #alone}, and finishes
     * the deletion.
     *
     * @return whether it was done
     */
    public boolean removeLayer(RepositoryName name, Trash.Entry.Layer layer, Instant since, BulkDeletion deletion)
            throws IOException {
        ObjectKey link = RegistryLayout.layerLink(name, layer.digest());
        // A client may have deleted it since it was found, and it counted only once.
        boolean counted = accounts.concern(name) && store.size(link).isPresent();
        boolean removed = pins.unlessPinned(layer.digest(), since, () -> deletion.delete(link));
        if (removed && counted) {
            accounts.remove(name, Accounts.Change.of(layer.target()));
        }
        return removed;
    }

    /**
     * Deletes content, unless a client counts on it since then. The caller finishes the deletion.
     *
     * @return whether it was done
     */
    public boolean removeContent(Digest digest, Instant since, BulkDeletion deletion) throws IOException {
        return pins.unlessPinned(digest, since, () -> deletion.delete(RegistryLayout.blobData(digest)));
    }

    /**
     * Gives the repository back what was taken from it, if the content is still there.
     *
     * @return whether it has it now; not a tag that is in use again
     */
    public boolean restore(RepositoryName name, Trash.Entry entry) throws IOException {
        return alone(name, () -> restoring.restore(name, entry));
    }

    /** Whether the repository has what was once taken from it; of a tag, whether it is that manifest's. */
    public boolean has(RepositoryName name, Trash.Entry entry) throws IOException {
        return restoring.has(name, entry);
    }

    /** Clears away what is left of a repository, as far as it holds nothing, and lists it no more if it has no manifest. */
    public void prune(RepositoryName name) throws IOException {
        alone(name, () -> {
            if (!revisions.any(name)) {
                catalog.remove(name);
                revisions.clear(name);
            }
            return true;
        });
        for (var part : RegistryLayout.parts(name)) {
            store.prune(part);
        }
    }
}
