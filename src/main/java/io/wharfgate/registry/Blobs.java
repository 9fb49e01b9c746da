package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;

/**
 * The blobs of repositories. The content is kept once for all; a repository has a blob when it has a link to it.
 * Blocking; safe for use by any thread.
 */
public final class Blobs {

    private final ObjectStore store;
    private final Links links;
    private final RepositoryLocks locks;
    private final RegistryConfig config;

    Blobs(ObjectStore store, Links links, RepositoryLocks locks, RegistryConfig config) {
        this.store = store;
        this.links = links;
        this.locks = locks;
        this.config = config;
    }

    /** Length of the blob in bytes; empty when the repository does not have it. */
    public Optional<Long> size(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> target = target(name, digest);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong size = store.size(RegistryLayout.blobData(target.get()));
        return size.isPresent() ? Optional.of(size.getAsLong()) : Optional.empty();
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
        requireDelete(config);
        Lock lock = locks.of(name);
        lock.lock();
        try {
            if (size(name, digest).isEmpty()) {
                throw unknown(digest);
            }
            store.delete(RegistryLayout.layerLink(name, digest));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a repository a blob that another one has, without moving a byte.
     *
     * @return false when the source does not have it
     * @throws RegistryException STORAGE_FULL
     */
    public boolean mount(RepositoryName target, RepositoryName source, Digest digest) throws IOException {
        Optional<Digest> content = target(source, digest);
        if (content.isEmpty()
                || store.size(RegistryLayout.blobData(content.get())).isEmpty()) {
            return false;
        }
        DiskFull.told(() -> links.write(RegistryLayout.layerLink(target, digest), content.get()));
        return true;
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
