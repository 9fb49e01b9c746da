package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which manifests refer to which subject, as links in the storage. An entry says only "that manifest, if it is there,
 * has this subject": a digest never changes what it stands for, so an entry is never wrong, and one whose manifest is
 * missing means nothing. An entry is written before its manifest and removed after it. Safe for use by any thread.
 */
final class ReferrerIndex {

    /** 64 MiB: some 900 000 manifests in one repository. More are looked through again after each start. */
    private static final int LONGEST_SCANNED = 64 << 20;

    private final ObjectStore store;
    private final Links links;
    private final ScannedManifests scanned;

    ReferrerIndex(ObjectStore store, Links links, ScannedManifests scanned) {
        this.store = store;
        this.links = links;
        this.scanned = scanned;
    }

    /** Notes what a manifest refers to. */
    void add(RepositoryName name, Digest referrer, Digest subject) throws IOException {
        links.write(RegistryLayout.referrerLink(name, subject, referrer), referrer);
    }

    /** The manifest is in the repository, and its subject, if it has one, has been added. */
    void scanned(RepositoryName name, Digest manifest) {
        scanned.add(name, manifest);
    }

    /** Forgets a manifest that is gone. */
    void remove(RepositoryName name, Digest referrer, Digest subject) throws IOException {
        scanned.remove(name, referrer);
        // It says that this manifest's entry is there, should another registry push the manifest again.
        store.delete(RegistryLayout.referrersScanned(name));
        store.delete(RegistryLayout.referrerLink(name, subject, referrer));
    }

    /** The same as one deletion of many. */
    void remove(RepositoryName name, Digest referrer, Digest subject, BulkDeletion deletion) throws IOException {
        scanned.remove(name, referrer);
        deletion.delete(RegistryLayout.referrersScanned(name));
        deletion.delete(RegistryLayout.referrerLink(name, subject, referrer));
    }

    /** Forgets everything of a repository that has no manifests any more. */
    void clear(RepositoryName name) throws IOException {
        scanned.clear(name);
        store.deleteTree(RegistryLayout.referrers(name));
    }

    /** What refers to the subject; some of it may not be there any more. */
    List<Digest> referrers(RepositoryName name, Digest subject) throws IOException {
        List<Digest> referrers = new ArrayList<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (String hex : store.names(RegistryLayout.referrersOf(name, subject, algorithm))) {
                if (Digest.isValid(algorithm, hex)) {
                    referrers.add(new Digest(algorithm, hex));
                }
            }
        }
        return referrers;
    }

    /** The manifests whose subjects, if they have one, are in the index, as far as that has been written down. */
    Set<Digest> readScanned(RepositoryName name) throws IOException {
        String text;
        try {
            byte[] content = store.read(RegistryLayout.referrersScanned(name), LONGEST_SCANNED);
            text = new String(content, StandardCharsets.US_ASCII);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            return new HashSet<>();
        }
        try {
            return text.lines().map(Digest::parse).collect(Collectors.toCollection(HashSet::new));
        } catch (RegistryException e) {
            // Damaged: all is looked through again.
            return new HashSet<>();
        }
    }

    void writeScanned(RepositoryName name, Collection<Digest> manifests) throws IOException {
        String text = manifests.stream().map(Digest::toString).sorted().collect(Collectors.joining("\n"));
        store.put(RegistryLayout.referrersScanned(name), text.getBytes(StandardCharsets.US_ASCII));
    }
}
