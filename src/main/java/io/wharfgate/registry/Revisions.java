package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The manifests of repositories by digest, as they lie in the storage. Safe for use by any thread. */
final class Revisions {

    private static final int LONGEST_MEDIA_TYPE = 1024;

    private final ObjectStore store;
    private final Links links;
    private final ReferrerIndex referrers;
    private final Pins pins;
    private final Accounts accounts;

    Revisions(ObjectStore store, Links links, ReferrerIndex referrers, Pins pins, Accounts accounts) {
        this.store = store;
        this.links = links;
        this.referrers = referrers;
        this.pins = pins;
        this.accounts = accounts;
    }

    /** What is stored is not what was pushed. */
    static final class DamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        DamagedException(RepositoryName name, Digest digest) {
            super("manifest " + name + "@" + digest + " is damaged on disk; push it again");
        }
    }

    /** Whether the repository has a link to that manifest, be its content there or not. */
    boolean linked(RepositoryName name, Digest digest) throws IOException {
        return links.read(RegistryLayout.revisionLink(name, digest)).isPresent();
    }

    /** Whether the repository has that manifest, content and all. */
    boolean has(RepositoryName name, Digest digest) throws IOException {
        pins.pin(digest);
        Optional<Digest> target = links.read(RegistryLayout.revisionLink(name, digest));
        return target.isPresent()
                && store.size(RegistryLayout.blobData(target.get())).isPresent();
    }

    /** Whether the repository has any manifest. */
    boolean any(RepositoryName name) throws IOException {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (Digest digest : known(name, algorithm)) {
                if (linked(name, digest)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The manifests that have a directory here. Distribution leaves those of deleted ones, which have no link. */
    List<Digest> known(RepositoryName name) throws IOException {
        List<Digest> known = new ArrayList<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            known.addAll(known(name, algorithm));
        }
        return known;
    }

    private List<Digest> known(RepositoryName name, DigestAlgorithm algorithm) throws IOException {
        return store.names(RegistryLayout.revisions(name, algorithm)).stream()
                .filter(hex -> Digest.isValid(algorithm, hex))
                .map(hex -> new Digest(algorithm, hex))
                .toList();
    }

    /** Another as soon as a manifest has come or gone; empty when the storage cannot tell. */
    Optional<String> version(RepositoryName name) throws IOException {
        StringBuilder versions = new StringBuilder();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            ObjectKey directory = RegistryLayout.revisions(name, algorithm);
            Optional<String> version = store.version(directory);
            if (version.isEmpty() && !store.names(directory).isEmpty()) {
                return Optional.empty();
            }
            versions.append(version.orElse("none")).append(' ');
        }
        return Optional.of(versions.toString());
    }

    /**
     * Reads a manifest with the type to serve it with; empty when the repository does not have it.
     *
     * @throws DamagedException when it is not what was pushed
     */
    Optional<Manifests.Stored> read(RepositoryName name, Digest digest) throws IOException {
        return read(name, digest, evidence());
    }

    /** Of nothing yet. */
    Evidence evidence() {
        return new Evidence(store);
    }

    /**
     * The same, noting what it rests on. That the directory is as it was tells of a media type that comes or goes, too: nobody
     * else writes that, and we by renaming.
     */
    Optional<Manifests.Stored> read(RepositoryName name, Digest digest, Evidence evidence) throws IOException {
        evidence.look(RegistryLayout.revision(name, digest));
        Optional<byte[]> content = content(name, digest, evidence);
        return content.isEmpty()
                ? Optional.empty()
                : Optional.of(new Manifests.Stored(digest, servedType(name, digest, content.get()), content.get()));
    }

    private MediaType servedType(RepositoryName name, Digest digest, byte[] content) throws IOException {
        Optional<MediaType> pushed = pushedType(name, digest);
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

    /**
     * The content of a manifest; empty when the repository does not have it.
     *
     * @throws DamagedException when it is not what was pushed
     */
    private Optional<byte[]> content(RepositoryName name, Digest digest, Evidence evidence) throws IOException {
        ObjectKey link = RegistryLayout.revisionLink(name, digest);
        evidence.look(link);
        Optional<Digest> target = links.read(link);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        byte[] content;
        try {
            evidence.look(RegistryLayout.blobData(target.get()));
            content = store.read(RegistryLayout.blobData(target.get()), Manifests.MAX_SIZE);
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
        if (!digest.matches(content)) {
            throw new DamagedException(name, digest);
        }
        return Optional.of(content);
    }

    /** The media type that it was pushed with, where the content does not say the same. */
    private Optional<MediaType> pushedType(RepositoryName name, Digest digest) throws IOException {
        try {
            byte[] text = store.read(RegistryLayout.revisionMediaType(name, digest), LONGEST_MEDIA_TYPE);
            return Optional.of(new String(text, StandardCharsets.UTF_8).strip())
                    .filter(MediaType::isValid)
                    .map(MediaType::new);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps a manifest. The link comes last: it is what makes it one of this repository, and by then it is among the
     * referrers of its subject.
     */
    void write(RepositoryName name, Digest digest, byte[] content, Optional<MediaType> pushedType) throws IOException {
        Optional<Digest> subject = Attachment.read(content).subject();
        if (subject.isPresent()) {
            referrers.add(name, digest, subject.get());
        }
        pins.pin(digest);
        store.put(RegistryLayout.blobData(digest), content);
        if (pushedType.isPresent()) {
            store.put(
                    RegistryLayout.revisionMediaType(name, digest),
                    pushedType.get().value().getBytes(StandardCharsets.UTF_8));
        } else {
            store.delete(RegistryLayout.revisionMediaType(name, digest));
        }
        links.write(RegistryLayout.revisionLink(name, digest), digest);
        referrers.scanned(name, digest);
    }

    /** Takes a manifest from the repository; its content stays for the others. The caller holds the repository's lock. */
    void remove(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> subject = subject(name, digest);
        Optional<Digest> counted = counted(name, digest);
        store.delete(RegistryLayout.revisionLink(name, digest));
        counted.ifPresent(target -> accounts.remove(name, Accounts.Change.of(target)));
        store.deleteTree(RegistryLayout.revision(name, digest));
        if (subject.isPresent()) {
            referrers.remove(name, digest, subject.get());
        }
    }

    /** {@link #remove} of a manifest whose subject is known, as one of many. The caller finishes the deletion. */
    void unlink(RepositoryName name, Digest digest, Optional<Digest> subject, BulkDeletion deletion)
            throws IOException {
        Optional<Digest> counted = counted(name, digest);
        deletion.delete(RegistryLayout.revisionLink(name, digest));
        counted.ifPresent(target -> accounts.remove(name, Accounts.Change.of(target)));
        deletion.delete(RegistryLayout.revisionMediaType(name, digest));
        if (subject.isPresent()) {
            referrers.remove(name, digest, subject.get(), deletion);
        }
    }

    /** What a manifest counts by, if it is there to be counted: somebody may have deleted it just before. */
    private Optional<Digest> counted(RepositoryName name, Digest digest) throws IOException {
        return accounts.concern(name) ? links.read(RegistryLayout.revisionLink(name, digest)) : Optional.empty();
    }

    /** Gives the repository a manifest whose content is in the storage: what was taken from it, or never was linked. */
    void restore(RepositoryName name, Digest digest, Digest target, Optional<String> mediaType) throws IOException {
        byte[] content = store.read(RegistryLayout.blobData(target), Manifests.MAX_SIZE);
        Optional<Digest> subject = Attachment.read(content).subject();
        if (subject.isPresent()) {
            referrers.add(name, digest, subject.get());
        }
        if (mediaType.isPresent()) {
            store.put(
                    RegistryLayout.revisionMediaType(name, digest),
                    mediaType.get().getBytes(StandardCharsets.UTF_8));
        }
        links.write(RegistryLayout.revisionLink(name, digest), target);
    }

    /** What is needed to have a manifest back that is removed next; empty when it is not there. */
    Optional<Trash.Entry> trashed(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> target = links.read(RegistryLayout.revisionLink(name, digest));
        Optional<String> mediaType = pushedType(name, digest).map(MediaType::value);
        return target.map(content -> new Trash.Entry.Manifest(digest, content, mediaType));
    }

    /** Clears away what is left of a repository without manifests. */
    void clear(RepositoryName name) throws IOException {
        referrers.clear(name);
        store.delete(RegistryLayout.pulled(name));
    }

    private Optional<Digest> subject(RepositoryName name, Digest digest) throws IOException {
        try {
            return content(name, digest, evidence())
                    .flatMap(content -> Attachment.read(content).subject());
        } catch (DamagedException e) {
            // An entry without a manifest means nothing.
            return Optional.empty();
        }
    }
}
