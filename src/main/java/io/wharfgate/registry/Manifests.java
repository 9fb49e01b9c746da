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
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

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

    private final ManifestReferences references;
    private final Revisions revisions;
    private final Tags tags;
    private final Catalog catalog;
    private final RepositoryLocks locks;
    private final Supplier<RegistryConfig> config;
    private final Retained retained;
    private final Oversight oversight;
    private final ManifestMemory memory = ManifestMemory.forThisHeap();

    Manifests(
            ManifestReferences references,
            Revisions revisions,
            Tags tags,
            Catalog catalog,
            RepositoryLocks locks,
            Supplier<RegistryConfig> config,
            Retained retained,
            Oversight oversight) {
        this.references = references;
        this.revisions = revisions;
        this.tags = tags;
        this.catalog = catalog;
        this.locks = locks;
        this.config = config;
        this.retained = retained;
        this.oversight = oversight;
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
        Optional<RememberedManifest> remembered = remembered(name, reference);
        return remembered.isPresent() && confirm(remembered.get())
                ? remembered.get().manifest()
                : read(name, reference);
    }

    private Stored read(RepositoryName name, Reference reference) throws IOException {
        Evidence evidence = revisions.evidence();
        Optional<Digest> digest = resolve(name, reference, evidence);
        digest.ifPresent(retained.pins()::pin);
        Optional<Stored> stored = digest.isPresent() ? revisions.read(name, digest.get(), evidence) : Optional.empty();
        if (stored.isEmpty()) {
            throw unknown(name, reference);
        }
        memory.keep(new RememberedManifest(name, reference, stored.get(), evidence));
        return stored.get();
    }

    /** What is in memory of it, which has to be {@linkplain #confirm confirmed}. Never blocks. */
    public Optional<RememberedManifest> remembered(RepositoryName name, Reference reference) {
        return memory.find(name, reference);
    }

    /**
     * Looks whether {@link #get} would read the same now: whoever has changed the storage since, and be it another process. What
     * would be read otherwise is forgotten.
     */
    public boolean confirm(RememberedManifest remembered) throws IOException {
        retained.pins().pin(remembered.manifest().digest());
        boolean holds = remembered.evidence().holds();
        if (!holds) {
            memory.forget(remembered);
        }
        return holds;
    }

    /** Counts as uses what clients have been given that {@link #pull} has not. */
    public void pulled(RememberedManifest given) {
        oversight
                .pulls()
                .pulled(given.name(), given.reference(), given.manifest().digest());
    }

    /**
     * The same for a client that pulls: it counts as a use of the manifest, and of the tag.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, or NAME_UNKNOWN when the repository has no manifests at all
     */
    public Stored pull(RepositoryName name, Reference reference) throws IOException {
        Stored stored = get(name, reference);
        oversight.pulls().pulled(name, reference, stored.digest());
        return stored;
    }

    /**
     * A manifest that was taken.
     *
     * @param digest the one that it was put by, or else its sha256
     * @param subject the manifest that it refers to, be it there or not
     * @param missing how many of its layers, config and entries are not there
     */
    public record Taken(Digest digest, Optional<Digest> subject, int missing) {}

    /**
     * Takes a manifest, and points tags to it: the reference when it is one, and others.
     *
     * @param others tags besides the reference
     * @param pushedType its Content-Type, if it came with one
     * @throws RegistryException MANIFEST_TOO_LARGE, MANIFEST_INVALID, DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN,
     *     STORAGE_FULL, TAG_FIXED, QUOTA_EXCEEDED
     */
    public Taken put(
            RepositoryName name, Reference reference, List<Tag> others, Optional<MediaType> pushedType, byte[] content)
            throws IOException {
        if (content.length > MAX_SIZE) {
            throw new RegistryException(RegistryError.MANIFEST_TOO_LARGE);
        }
        Digest digest = digestOf(reference, content);
        ManifestRules.Accepted accepted = ManifestRules.accept(pushedType, content);
        Set<Tag> pointing = new LinkedHashSet<>(others);
        if (reference instanceof Tag tag) {
            pointing.add(tag);
        }
        Lock lock = locks.of(name);
        lock.lock();
        try {
            int missing = references.check(name, accepted);
            int fresh = requireMovable(name, pointing, digest);
            DiskFull.told(() -> oversight
                    .accounts()
                    .adding(name, change(name, digest, content.length, fresh), Optional.empty(), () -> {
                        revisions.write(
                                name,
                                digest,
                                content,
                                accepted.impliedType() ? Optional.empty() : Optional.of(accepted.mediaType()));
                        catalog.add(name);
                        for (Tag tag : pointing) {
                            tags.point(name, tag, digest);
                        }
                    }));
            return new Taken(digest, Attachment.read(content).subject(), missing);
        } finally {
            lock.unlock();
        }
    }

    /** How many of the tags are new. */
    private int requireMovable(RepositoryName name, Set<Tag> pointing, Digest digest) throws IOException {
        int fresh = 0;
        for (Tag tag : pointing) {
            Optional<Digest> current = tags.current(name, tag);
            fresh += current.isEmpty() ? 1 : 0;
            Optional<String> rule = oversight.tags().fixedBy(name, tag);
            if (rule.isPresent() && current.isPresent() && !current.get().equals(digest)) {
                throw new RegistryException(
                        RegistryError.TAG_FIXED,
                        "tag " + tag + " of " + name + " is immutable (" + rule.get() + ") and points to another image;"
                                + " push under another tag",
                        Map.of("tag", tag.value(), "current", current.get().toString()));
            }
        }
        return fresh;
    }

    private Accounts.Change change(RepositoryName name, Digest digest, long size, int freshTags) throws IOException {
        if (!oversight.accounts().concern(name) || revisions.linked(name, digest)) {
            return Accounts.Change.tags(freshTags);
        }
        return new Accounts.Change(
                Optional.of(new Accounts.Content(digest, size)), freshTags, revisions.any(name) ? 0 : 1);
    }

    /**
     * Deletes a tag, and nothing else, or a manifest with all tags that point to it.
     *
     * @throws RegistryException MANIFEST_UNKNOWN or NAME_UNKNOWN; UNSUPPORTED when deleting is switched off, or a tag that
     *     would go is immutable
     */
    public void delete(RepositoryName name, Reference reference) throws IOException {
        Blobs.requireDelete(config.get());
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
        Optional<Digest> current = tags.current(name, tag);
        if (current.isEmpty()) {
            throw unknown(name, tag);
        }
        requireRemovable(name, tag);
        retained.trash().add(name, List.of(new Trash.Entry.Tagged(tag, current.get())));
        tags.remove(name, tag);
    }

    private void requireRemovable(RepositoryName name, Tag tag) {
        oversight.tags().fixedBy(name, tag).ifPresent(rule -> {
            throw new RegistryException(
                    RegistryError.UNSUPPORTED,
                    "tag " + tag + " of " + name + " is immutable (" + rule + ") and may not be deleted",
                    Map.of("tag", tag.value()));
        });
    }

    /**
     * Takes a tag away that has had its time, whatever clients may delete; it can be had back as what they delete.
     *
     * @param digest what it pointed to when that was decided
     * @param pushed when it had been pushed then
     * @return whether it is gone; not if it was pushed again meanwhile
     */
    public boolean retire(RepositoryName name, Tag tag, Digest digest, Instant pushed) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            if (!tags.current(name, tag).equals(Optional.of(digest))
                    || !tags.pushed(name, tag).equals(Optional.of(pushed))) {
                return false;
            }
            retained.trash().add(name, List.of(new Trash.Entry.Tagged(tag, digest)));
            tags.remove(name, tag);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void deleteRevision(RepositoryName name, Reference.ByDigest reference) throws IOException {
        Digest digest = reference.digest();
        if (!revisions.linked(name, digest)) {
            throw unknown(name, reference);
        }
        List<Tag> pointing = tags.pointingTo(name, digest);
        pointing.forEach(tag -> requireRemovable(name, tag));
        List<Trash.Entry> entries = new ArrayList<>();
        revisions.trashed(name, digest).ifPresent(entries::add);
        pointing.forEach(tag -> entries.add(new Trash.Entry.Tagged(tag, digest)));
        retained.trash().add(name, entries);
        for (Tag tag : pointing) {
            tags.remove(name, tag);
        }
        try {
            revisions.remove(name, digest);
        } finally {
            // After an error, too: who tries again is told that there is no such manifest, and does not come this far.
            forgetIfEmpty(name);
        }
    }

    private void forgetIfEmpty(RepositoryName name) throws IOException {
        if (!revisions.any(name)) {
            catalog.remove(name);
            revisions.clear(name);
            oversight.accounts().remove(name, Accounts.Change.LAST_MANIFEST);
        }
    }

    private Optional<Digest> resolve(RepositoryName name, Reference reference, Evidence evidence) throws IOException {
        if (reference instanceof Tag tag) {
            evidence.look(RegistryLayout.tagCurrentLink(name, tag));
            return tags.current(name, tag);
        }
        return Optional.of(((Reference.ByDigest) reference).digest());
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
