package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/** Counts what repositories hold, by reading all their links. Blocking; safe for use by any thread. */
public final class Holdings {

    private final ObjectStore store;
    private final Links links;
    private final Revisions revisions;
    private final Tags tags;
    private final RepositoryLocks locks;

    Holdings(ObjectStore store, Links links, Revisions revisions, Tags tags, RepositoryLocks locks) {
        this.store = store;
        this.links = links;
        this.revisions = revisions;
        this.tags = tags;
        this.locks = locks;
    }

    /**
     * What a repository holds.
     *
     * @param content what it links, once for each link: a manifest that is also a blob stands here twice
     */
    public record Held(List<Accounts.Content> content, int tags, boolean manifests) {}

    /** Takes what was found while nobody changes the repository. */
    @FunctionalInterface
    public interface Use {
        void take(Held held);
    }

    /** Counts what is in one repository; nobody changes it until {@code use} has taken that. */
    public void read(RepositoryName name, Use use) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            List<Accounts.Content> content = new ArrayList<>();
            for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
                for (String hex : store.names(RegistryLayout.layers(name, algorithm))) {
                    if (Digest.isValid(algorithm, hex)) {
                        addLinked(content, links.read(RegistryLayout.layerLink(name, new Digest(algorithm, hex))));
                    }
                }
            }
            boolean manifests = false;
            for (Digest digest : revisions.known(name)) {
                Optional<Digest> target = links.read(RegistryLayout.revisionLink(name, digest));
                manifests |= target.isPresent();
                addLinked(content, target);
            }
            use.take(new Held(content, tags.all(name).size(), manifests));
        } finally {
            lock.unlock();
        }
    }

    /** Something that is done while nobody changes the repository. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** Does something small with a repository that nobody changes meanwhile. */
    public void hold(RepositoryName name, Action action) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void addLinked(List<Accounts.Content> content, Optional<Digest> target) throws IOException {
        if (target.isPresent()) {
            long size = store.size(RegistryLayout.blobData(target.get())).orElse(0);
            content.add(new Accounts.Content(target.get(), size));
        }
    }

    /** Whether the repository has that manifest. */
    public boolean has(RepositoryName name, Digest manifest) throws IOException {
        return revisions.linked(name, manifest);
    }

    /** The tags and the digests of manifests that a repository has, as text. */
    public Set<String> references(RepositoryName name) throws IOException {
        Set<String> references = new HashSet<>();
        revisions.known(name).forEach(digest -> references.add(digest.toString()));
        tags.all(name).forEach(tag -> references.add(tag.value()));
        return references;
    }

    /** The tags of a repository, which need not be there, in ASCII order. */
    public List<Tag> tags(RepositoryName name) throws IOException {
        return tags.all(name);
    }
}
