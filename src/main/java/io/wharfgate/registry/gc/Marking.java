package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.RepositoryUpkeep;
import io.wharfgate.registry.gc.Marks.Reason;
import io.wharfgate.registry.gc.Repository.TroubleException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what a repository needs. Tags are what everything begins at; what is too young, or what a client counts on, is kept
 * with all that it leads to, and a manifest that refers to a subject is kept as long as the subject is. Takes memory by the
 * manifests of one repository: some 300 bytes for each. For one thread.
 */
final class Marking {

    private final ObjectStore store;
    private final RepositoryUpkeep upkeep;
    private final Pace pace;
    private final Cutoff cutoff;
    private final boolean untagged;

    /** @param untagged whether a manifest that no tag leads to is garbage */
    Marking(ObjectStore store, RepositoryUpkeep upkeep, Pace pace, Cutoff cutoff, boolean untagged) {
        this.store = store;
        this.upkeep = upkeep;
        this.pace = pace;
        this.cutoff = cutoff;
        this.untagged = untagged;
    }

    /**
     * Looks through a repository.
     *
     * @param needed gets all content that it needs, as far as that could be found out
     * @throws TroubleException when not all could be found out, so that nothing of it may go
     */
    Marks mark(RepositoryName name, DigestSet needed) throws IOException, TroubleException {
        return new Pass(new Repository(store, pace, name), needed).run();
    }

    /** Whether somebody may be in the middle of a push with it. */
    boolean spares(ObjectKey link, Digest digest) throws IOException {
        if (upkeep.pinnedSince(digest, cutoff.instant())) {
            return true;
        }
        Optional<Instant> written = store.modified(link);
        return written.isPresent() && cutoff.spares(written.get());
    }

    /**
     * Marks all that a repository has, whether it needs it or not, and what its manifests need, as far as they can be read.
     *
     * @throws TroubleException when not even that can be found out
     */
    void markAll(RepositoryName name, DigestSet needed) throws IOException, TroubleException {
        Repository repository = new Repository(store, pace, name);
        for (Digest layer : repository.layers()) {
            repository.layerTarget(layer).ifPresent(needed::add);
        }
        for (Digest revision : repository.revisions()) {
            needed.add(revision);
            try {
                Optional<Repository.Manifest> manifest = repository.manifest(revision);
                manifest.ifPresent(some -> {
                    needed.add(some.target());
                    some.references().content().forEach(needed::add);
                });
            } catch (TroubleException e) {
                // That is what this is about; its own links are marked.
            }
        }
    }

    /** The marking of one repository. */
    private final class Pass {

        private final Repository repository;
        private final DigestSet needed;
        private final DigestSet neededHere = new DigestSet();
        private final Map<Digest, Reason> kept = new LinkedHashMap<>();
        private final Deque<Digest> ahead = new ArrayDeque<>();
        private final Set<Digest> revisions = new HashSet<>();

        Pass(Repository repository, DigestSet needed) {
            this.repository = repository;
            this.needed = needed;
        }

        Marks run() throws IOException, TroubleException {
            revisions.addAll(repository.revisions());
            // The tags after the manifests: whoever pushes writes them the other way round.
            for (Map.Entry<String, Digest> tag : repository.tags().entrySet()) {
                root(tag.getValue(), "tag " + tag.getKey());
            }
            follow();
            for (Digest revision : revisions) {
                if (!kept.containsKey(revision) && spared(revision)) {
                    root(revision, untagged ? "younger than the grace time" : "manifests without a tag are kept");
                }
            }
            follow();
            Map<Digest, Optional<Digest>> garbage = garbage();
            return new Marks(repository.name(), Set.copyOf(revisions), kept, garbage, layers());
        }

        /** What is left, when those are taken out that refer to something that stays. */
        private Map<Digest, Optional<Digest>> garbage() throws IOException, TroubleException {
            Map<Digest, Optional<Digest>> left = new LinkedHashMap<>();
            for (Digest revision : revisions) {
                if (!kept.containsKey(revision)) {
                    Optional<Repository.Manifest> manifest = repository.manifest(revision);
                    manifest.ifPresent(
                            some -> left.put(revision, some.references().subject()));
                }
            }
            while (left.entrySet().removeIf(entry -> attached(entry.getKey(), entry.getValue()))) {
                follow();
                left.keySet().removeAll(kept.keySet());
            }
            return left;
        }

        private boolean attached(Digest referrer, Optional<Digest> subject) {
            boolean stays = subject.filter(kept::containsKey).isPresent();
            if (stays) {
                reach(referrer, new Reason(subject, Marks.REFERS));
            }
            return stays;
        }

        /** The blobs that go from this repository, with their content. */
        private Map<Digest, Digest> layers() throws IOException, TroubleException {
            Map<Digest, Digest> going = new LinkedHashMap<>();
            for (Digest layer : repository.layers()) {
                pace.step();
                Optional<Digest> target = repository.layerTarget(layer);
                if (target.isEmpty()) {
                    continue;
                }
                if (neededHere.contains(layer) || spares(RegistryLayout.layerLink(repository.name(), layer), layer)) {
                    needed.add(target.get());
                } else {
                    going.put(layer, target.get());
                }
            }
            return going;
        }

        private boolean spared(Digest revision) throws IOException {
            pace.step();
            return !untagged || spares(RegistryLayout.revisionLink(repository.name(), revision), revision);
        }

        private void root(Digest digest, String how) {
            reach(digest, new Reason(Optional.empty(), how));
        }

        private void reach(Digest digest, Reason reason) {
            if (kept.putIfAbsent(digest, reason) == null) {
                ahead.push(digest);
            }
        }

        /** Follows all that has been reached and not been followed. */
        private void follow() throws IOException, TroubleException {
            while (!ahead.isEmpty()) {
                Digest digest = ahead.pop();
                Optional<Repository.Manifest> manifest = repository.manifest(digest);
                if (manifest.isEmpty()) {
                    // A tag or an index can outlive a manifest that it names.
                    kept.remove(digest);
                    continue;
                }
                needed.add(manifest.get().target());
                for (Digest content : manifest.get().references().content()) {
                    neededHere.add(content);
                    needed.add(content);
                    if (revisions.contains(content)) {
                        reach(content, new Reason(Optional.of(digest), "listed in"));
                    }
                }
            }
        }
    }
}
