package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * The manifests of repositories. They are kept and served byte for byte; reading them is only to decide whether to take
 * them. Blocking; safe for use by any thread.
 *
 * <p>Changes to one repository happen one after the other, each in an order in which it can be interrupted anywhere: a
 * manifest is there before a tag points to it, and its tags are gone before it goes.
 */
public final class Manifests {

    /** Largest manifest, in bytes: what CNCF distribution and containerd take. */
    public static final int MAX_SIZE = 4 << 20;

    private final Blobs blobs;
    private final Revisions revisions;
    private final Tags tags;
    private final Catalog catalog;
    private final RepositoryLocks locks;
    private final RegistryConfig config;

    Manifests(
            Blobs blobs,
            Revisions revisions,
            Tags tags,
            Catalog catalog,
            RepositoryLocks locks,
            RegistryConfig config) {
        this.blobs = blobs;
        this.revisions = revisions;
        this.tags = tags;
        this.catalog = catalog;
        this.locks = locks;
        this.config = config;
    }

    /**
     * A manifest as it was pushed.
     *
     * @param mediaType what to serve it with
     * @param content its bytes; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    public record Stored(Digest digest, MediaType mediaType, byte[] content) {}

    /**
     * Reads a manifest.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, or NAME_UNKNOWN when the repository has no manifests at all
     */
    public Stored get(RepositoryName name, Reference reference) throws IOException {
        Optional<Digest> digest = resolve(name, reference);
        Optional<byte[]> content = digest.isPresent() ? revisions.content(name, digest.get()) : Optional.empty();
        if (digest.isEmpty() || content.isEmpty()) {
            throw unknown(name, reference);
        }
        return new Stored(digest.get(), servedType(name, digest.get(), content.get()), content.get());
    }

    /**
     * Takes a manifest, and points the tag to it when it is put by tag.
     *
     * @param pushedType its Content-Type, if it came with one
     * @return its digest: the one of the reference, or else its sha256
     * @throws RegistryException MANIFEST_TOO_LARGE, MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN,
     *     STORAGE_FULL
     */
    public Digest put(RepositoryName name, Reference reference, Optional<MediaType> pushedType, byte[] content)
            throws IOException {
        if (content.length > MAX_SIZE) {
            throw new RegistryException(RegistryError.MANIFEST_TOO_LARGE);
        }
        Digest digest = digestOf(reference, content);
        ManifestRules.Accepted accepted = ManifestRules.accept(pushedType, content);
        Lock lock = locks.of(name);
        lock.lock();
        try {
            requireReferences(name, accepted);
            DiskFull.told(() -> {
                revisions.write(
                        name,
                        digest,
                        content,
                        accepted.impliedType() ? Optional.empty() : Optional.of(accepted.mediaType()));
                catalog.add(name);
                if (reference instanceof Tag tag) {
                    tags.point(name, tag, digest);
                }
            });
        } finally {
            lock.unlock();
        }
        return digest;
    }

    /**
     * Deletes a tag, and nothing else, or a manifest with all tags that point to it.
     *
     * @throws RegistryException MANIFEST_UNKNOWN or NAME_UNKNOWN; UNSUPPORTED when deleting is switched off
     */
    public void delete(RepositoryName name, Reference reference) throws IOException {
        Blobs.requireDelete(config);
        Lock lock = locks.of(name);
        lock.lock();
        try {
            if (reference instanceof Tag tag) {
                deleteTag(name, tag);
            } else if (reference instanceof Reference.ByDigest byDigest) {
                deleteRevision(name, byDigest);
            }
        } finally {
            lock.unlock();
        }
    }

    private void deleteTag(RepositoryName name, Tag tag) throws IOException {
        if (tags.current(name, tag).isEmpty()) {
            throw unknown(name, tag);
        }
        tags.remove(name, tag);
    }

    private void deleteRevision(RepositoryName name, Reference.ByDigest reference) throws IOException {
        Digest digest = reference.digest();
        if (!revisions.linked(name, digest)) {
            throw unknown(name, reference);
        }
        for (Tag tag : tags.pointingTo(name, digest)) {
            tags.remove(name, tag);
        }
        revisions.remove(name, digest);
        if (!revisions.any(name)) {
            catalog.remove(name);
        }
    }

    private Optional<Digest> resolve(RepositoryName name, Reference reference) throws IOException {
        return reference instanceof Tag tag
                ? tags.current(name, tag)
                : Optional.of(((Reference.ByDigest) reference).digest());
    }

    private MediaType servedType(RepositoryName name, Digest digest, byte[] content) throws IOException {
        Optional<MediaType> pushed = revisions.pushedType(name, digest);
        if (pushed.isPresent()) {
            return pushed.get();
        }
        try {
            return ManifestHead.readStored(content).derivedType().orElse(MediaType.OCTET_STREAM);
        } catch (RegistryException e) {
            // Another registry took it; its clients have to know what it is.
            return MediaType.OCTET_STREAM;
        }
    }

    private static Digest digestOf(Reference reference, byte[] content) {
        if (reference instanceof Reference.ByDigest byDigest) {
            if (!byDigest.digest().matches(content)) {
                throw new RegistryException(
                        RegistryError.DIGEST_INVALID,
                        "the manifest does not have the digest that it is pushed by",
                        Map.of("digest", byDigest.toString()));
            }
            return byDigest.digest();
        }
        return Digest.of(DigestAlgorithm.SHA256, content);
    }

    private void requireReferences(RepositoryName name, ManifestRules.Accepted manifest) throws IOException {
        Set<Digest> seen = new HashSet<>();
        for (Descriptor reference : manifest.references()) {
            if (seen.add(reference.digest()) && !has(name, reference)) {
                throw new RegistryException(
                        RegistryError.MANIFEST_BLOB_UNKNOWN,
                        "manifest references content in " + reference.field() + " that this repository lacks",
                        Map.of("digest", reference.digest().toString()));
            }
        }
    }

    /** An index may name blobs beside manifests: BuildKit's cache of the older kind is such an index. */
    private boolean has(RepositoryName name, Descriptor reference) throws IOException {
        return (reference.field().equals("manifests") && revisions.has(name, reference.digest()))
                || blobs.size(name, reference.digest()).isPresent();
    }

    private RegistryException unknown(RepositoryName name, Reference reference) throws IOException {
        return catalog.has(name) || revisions.any(name)
                ? new RegistryException(
                        RegistryError.MANIFEST_UNKNOWN,
                        RegistryError.MANIFEST_UNKNOWN.message(),
                        Map.of("reference", reference.toString()))
                : new RegistryException(
                        RegistryError.NAME_UNKNOWN, RegistryError.NAME_UNKNOWN.message(), Map.of("name", name.value()));
    }
}
