package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Manifests;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.StoredReferences;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A repository as it lies in the storage, read so strictly that whatever is not as it should be is found: an error means that
 * it is not known what the repository needs. For one thread.
 */
final class Repository {

    private static final int LONGEST_LINK = 1024;

    private final ObjectStore store;
    private final Pace pace;
    private final RepositoryName name;

    Repository(ObjectStore store, Pace pace, RepositoryName name) {
        this.store = store;
        this.pace = pace;
        this.name = name;
    }

    /** What the storage holds is not what a registry writes. The message says what and where. */
    static final class TroubleException extends Exception {

        private static final long serialVersionUID = 1L;

        TroubleException(String message) {
            super(message);
        }
    }

    /** A manifest with its content's key and what it leads to. */
    record Manifest(Digest target, StoredReferences references) {}

    RepositoryName name() {
        return name;
    }

    /** The manifests that have a directory; some may have no link in it, and so are none. */
    List<Digest> revisions() throws IOException, TroubleException {
        return digests(RegistryLayout.revisions(name));
    }

    /** The blobs that have a directory; some may have no link in it. */
    List<Digest> layers() throws IOException, TroubleException {
        return digests(RegistryLayout.layers(name));
    }

    /** The tags by their names, and what they point to. */
    Map<String, Digest> tags() throws IOException, TroubleException {
        Map<String, Digest> tags = new TreeMap<>();
        for (String tag : store.names(RegistryLayout.tags(name))) {
            pace.step();
            Optional<Digest> current = link(key(RegistryLayout.tags(name), tag).child("current/link"));
            current.ifPresent(digest -> tags.put(tag, digest));
        }
        return tags;
    }

    /** The content that the repository has as that manifest; empty when it does not have it. */
    Optional<Digest> revisionTarget(Digest digest) throws IOException, TroubleException {
        return link(RegistryLayout.revisionLink(name, digest));
    }

    /** The content that the repository has as that blob; empty when it does not have it. */
    Optional<Digest> layerTarget(Digest digest) throws IOException, TroubleException {
        // Distribution links other digests to the sha256 of the content, and that one to itself: no need to read it.
        return digest.algorithm() == DigestAlgorithm.SHA256
                ? Optional.of(digest)
                : link(RegistryLayout.layerLink(name, digest));
    }

    /** Reads a manifest; empty when the repository does not have it. */
    Optional<Manifest> manifest(Digest digest) throws IOException, TroubleException {
        pace.step();
        Optional<Digest> target = revisionTarget(digest);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] content = store.read(RegistryLayout.blobData(target.get()), Manifests.MAX_SIZE);
            if (!digest.matches(content)) {
                throw new TroubleException("manifest " + digest + " is damaged");
            }
            return Optional.of(new Manifest(target.get(), StoredReferences.read(content)));
        } catch (NoSuchObjectException e) {
            throw new TroubleException("the content of manifest " + digest + " is missing");
        } catch (ObjectTooLargeException e) {
            throw new TroubleException("manifest " + digest + " is larger than any manifest may be");
        } catch (RegistryException e) {
            throw new TroubleException("manifest " + digest + " cannot be read: " + e.getMessage());
        }
    }

    private List<Digest> digests(ObjectKey directory) throws IOException, TroubleException {
        List<Digest> digests = new ArrayList<>();
        for (String algorithm : store.names(directory)) {
            DigestAlgorithm known = DigestAlgorithm.named(algorithm)
                    .orElseThrow(() -> new TroubleException(
                            directory + " has links by \"" + algorithm + "\", which is not understood here"));
            for (String hex : store.names(directory.child(algorithm))) {
                if (Digest.isValid(known, hex)) {
                    digests.add(new Digest(known, hex));
                }
            }
        }
        return digests;
    }

    private Optional<Digest> link(ObjectKey link) throws IOException, TroubleException {
        try {
            return Optional.of(
                    Digest.parse(new String(store.read(link, LONGEST_LINK), StandardCharsets.UTF_8).strip()));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        } catch (ObjectTooLargeException | RegistryException e) {
            throw new TroubleException("the link " + link + " is damaged");
        }
    }

    private static ObjectKey key(ObjectKey directory, String name) throws TroubleException {
        try {
            return directory.child(name);
        } catch (IllegalArgumentException e) {
            throw new TroubleException(directory + " holds a name that no registry writes");
        }
    }
}
