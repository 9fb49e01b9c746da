package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The blobs of repositories. The content is kept once for all; a repository has a blob when it has a link to it.
 * Blocking; safe for use by any thread.
 */
public final class Blobs {

    /** Repositories that are looked into for a mount without a source: some milliseconds. */
    private static final int MOST_SOURCES = 500;

    private final ObjectStore store;
    private final Links links;
    private final RepositoryLocks locks;
    private final Supplier<RegistryConfig> config;
    private final Catalog catalog;
    private final Retained retained;
    private final Accounts accounts;
    private final BlobHolders holders = new BlobHolders();

    Blobs(
            ObjectStore store,
            Links links,
            RepositoryLocks locks,
            Supplier<RegistryConfig> config,
            Catalog catalog,
            Retained retained,
            Accounts accounts) {
        this.store = store;
        this.links = links;
        this.locks = locks;
        this.config = config;
        this.catalog = catalog;
        this.retained = retained;
        this.accounts = accounts;
    }

    /** Length of the blob in bytes; empty when the repository does not have it. */
    public Optional<Long> size(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> target = pinnedTarget(name, digest);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong size = store.size(RegistryLayout.blobData(target.get()));
        if (size.isEmpty()) {
            return Optional.empty();
        }
        holders.seen(name, digest);
        return Optional.of(size.getAsLong());
    }

    /**
     * Opens a blob. The caller closes it.
     *
     * @throws RegistryException BLOB_UNKNOWN
     */
    public BlobContent open(RepositoryName name, Digest digest) throws IOException {
        Digest target = target(name, digest).orElseThrow(() -> unknown(digest));
        try {
            return new Content(store.open(RegistryLayout.blobData(target)));
        } catch (NoSuchObjectException e) {
            throw unknown(digest);
        }
    }

    /**
     * Takes the blob from this repository; its content stays for the others.
     *
     * @throws RegistryException BLOB_UNKNOWN; UNSUPPORTED when deleting is switched off
     */
    public void delete(RepositoryName name, Digest digest) throws IOException {
        requireDelete(config.get());
        Lock lock = locks.of(name);
        lock.lock();
        try {
            Optional<Digest> target = target(name, digest);
            if (target.isEmpty()
                    || store.size(RegistryLayout.blobData(target.get())).isEmpty()) {
                throw unknown(digest);
            }
            retained.trash().add(name, List.of(new Trash.Entry.Layer(digest, target.get())));
            store.delete(RegistryLayout.layerLink(name, digest));
            accounts.remove(name, Accounts.Change.of(target.get()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a repository a blob that another one has, without moving a byte.
     *
     * @return false when the source does not have it
     * @throws RegistryException STORAGE_FULL, QUOTA_EXCEEDED
     */
    public boolean mount(RepositoryName target, RepositoryName source, Digest digest) throws IOException {
        Optional<Digest> content = pinnedTarget(source, digest);
        OptionalLong size =
                content.isPresent() ? store.size(RegistryLayout.blobData(content.get())) : OptionalLong.empty();
        if (content.isEmpty() || size.isEmpty()) {
            return false;
        }
        Accounts.Content held = new Accounts.Content(content.get(), size.getAsLong());
        DiskFull.told(() -> link(target, digest, held, Optional.empty()));
        return true;
    }

    /**
     * Gives a repository a blob that any other one has. Looks into those that were seen with the blob and then into a
     * limited number of others: in a registry of many repositories it may not be found.
     *
     * @param readable the repositories that it may be taken from
     * @return false when it was found in none of them
     * @throws RegistryException STORAGE_FULL, QUOTA_EXCEEDED
     */
    public boolean mountFromAny(RepositoryName target, Digest digest, Predicate<RepositoryName> readable)
            throws IOException {
        for (RepositoryName source : holders.of(digest)) {
            if (readable.test(source) && mount(target, source, digest)) {
                return true;
            }
        }
        // A blob that nobody has need not be looked for everywhere.
        if (store.size(RegistryLayout.blobData(digest)).isEmpty()) {
            return false;
        }
        int looked = 0;
        for (RepositoryName source : catalog.known()) {
            if (++looked > MOST_SOURCES) {
                return false;
            }
            if (readable.test(source) && mount(target, source, digest)) {
                return true;
            }
        }
        return false;
    }

    /** To be called before content is put where a collector may just be deleting the same. */
    void pin(Digest digest) {
        retained.pins().pin(digest);
    }

    /**
     * Makes content that is in the storage a blob of the repository.
     *
     * @param upload by which it came
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void link(RepositoryName name, Accounts.Content content, UploadId upload) throws IOException {
        link(name, content.digest(), content, Optional.of(upload));
    }

    /** Under the lock: what is counted is whether there was a link before. */
    private void link(RepositoryName name, Digest digest, Accounts.Content content, Optional<UploadId> upload)
            throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            boolean had = accounts.concern(name) && target(name, digest).equals(Optional.of(content.digest()));
            Accounts.Change change = had ? Accounts.Change.NONE : Accounts.Change.of(content.digest(), content.size());
            accounts.adding(
                    name, change, upload, () -> links.write(RegistryLayout.layerLink(name, digest), content.digest()));
        } finally {
            lock.unlock();
        }
        holders.seen(name, digest);
    }

    /** @throws RegistryException UNSUPPORTED, when deleting is switched off */
    static void requireDelete(RegistryConfig config) {
        if (!config.delete()) {
            throw new RegistryException(RegistryError.UNSUPPORTED, "deleting is switched off in this registry");
        }
    }

    /**
     * Which content the repository has under this digest. Distribution stores a blob that was pushed by its sha512
     * under its sha256, and links the one to the other; elsewhere a link points to its own name.
     */
    private Optional<Digest> target(RepositoryName name, Digest digest) throws IOException {
        return links.read(RegistryLayout.layerLink(name, digest));
    }

    /** The same, and from now on neither the link nor the content is garbage: the client is told that it is there. */
    private Optional<Digest> pinnedTarget(RepositoryName name, Digest digest) throws IOException {
        pin(digest);
        Optional<Digest> target = target(name, digest);
        target.filter(content -> !content.equals(digest)).ifPresent(this::pin);
        return target;
    }

    private static RegistryException unknown(Digest digest) {
        return new RegistryException(
                RegistryError.BLOB_UNKNOWN, RegistryError.BLOB_UNKNOWN.message(), Map.of("digest", digest.toString()));
    }

    private record Content(ObjectReader reader) implements BlobContent {
        @Override
        public long size() {
            return reader.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            return reader.read(dst, position);
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
