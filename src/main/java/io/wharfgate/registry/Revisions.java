package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The manifests of repositories by digest, as they lie in the storage. Safe for use by any thread. */
final class Revisions {

    private static final int LONGEST_MEDIA_TYPE = 1024;
    private static final Pattern HEX = Pattern.compile("[0-9a-f]++");

    private final ObjectStore store;
    private final Links links;

    Revisions(ObjectStore store, Links links) {
        this.store = store;
        this.links = links;
    }

    /** Whether the repository has a link to that manifest, be its content there or not. */
    boolean linked(RepositoryName name, Digest digest) throws IOException {
        return links.read(RegistryLayout.revisionLink(name, digest)).isPresent();
    }

    /** Whether the repository has that manifest, content and all. */
    boolean has(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> target = links.read(RegistryLayout.revisionLink(name, digest));
        return target.isPresent()
                && store.size(RegistryLayout.blobData(target.get())).isPresent();
    }

    /** Whether the repository has any manifest. */
    boolean any(RepositoryName name) throws IOException {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (ObjectStore.Child child : store.list(RegistryLayout.revisions(name, algorithm))) {
                // Distribution leaves the directory of a deleted manifest.
                if (isDigest(algorithm, child) && linked(name, new Digest(algorithm, child.name()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The content of a manifest; empty when the repository does not have it.
     *
     * @throws IOException when what is stored is damaged
     */
    Optional<byte[]> content(RepositoryName name, Digest digest) throws IOException {
        Optional<Digest> target = links.read(RegistryLayout.revisionLink(name, digest));
        if (target.isEmpty()) {
            return Optional.empty();
        }
        byte[] content;
        try {
            content = store.read(RegistryLayout.blobData(target.get()), Manifests.MAX_SIZE);
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
        if (!digest.matches(content)) {
            throw new IOException("manifest " + name + "@" + digest + " is damaged on disk; push it again");
        }
        return Optional.of(content);
    }

    /** The media type that it was pushed with, where the content does not say the same. */
    Optional<MediaType> pushedType(RepositoryName name, Digest digest) throws IOException {
        try {
            byte[] text = store.read(RegistryLayout.revisionMediaType(name, digest), LONGEST_MEDIA_TYPE);
            return Optional.of(new String(text, StandardCharsets.UTF_8).strip())
                    .filter(MediaType::isValid)
                    .map(MediaType::new);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            return Optional.empty();
        }
    }

    /** Keeps a manifest. The link comes last: it is what makes it one of this repository. */
    void write(RepositoryName name, Digest digest, byte[] content, Optional<MediaType> pushedType) throws IOException {
        store.put(RegistryLayout.blobData(digest), content);
        if (pushedType.isPresent()) {
            store.put(
                    RegistryLayout.revisionMediaType(name, digest),
                    pushedType.get().value().getBytes(StandardCharsets.UTF_8));
        } else {
            store.delete(RegistryLayout.revisionMediaType(name, digest));
        }
        links.write(RegistryLayout.revisionLink(name, digest), digest);
    }

    /** Takes a manifest from the repository; its content stays for the others. */
    void remove(RepositoryName name, Digest digest) throws IOException {
        store.delete(RegistryLayout.revisionLink(name, digest));
        store.deleteTree(RegistryLayout.revision(name, digest));
    }

    private static boolean isDigest(DigestAlgorithm algorithm, ObjectStore.Child child) {
        return child.container()
                && child.name().length() == algorithm.hexLength()
                && HEX.matcher(child.name()).matches();
    }
}
