package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.RepositoryUpkeep;
import io.wharfgate.registry.Trash;
import io.wharfgate.registry.gc.Repository.TroubleException;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes from one repository after the other what it does not need. The repository is looked through without holding anybody up;
 * what was found is looked at once more, under the repository's lock, right before it goes. For one thread.
 *
 * <p>That second look need not be as long as the first: what a manifest leads to never changes, so what is garbage stays garbage
 * until a manifest is pushed, be it a new one or one that is there already, and either shows.
 */
final class Unlinking implements AutoCloseable {

    /** So often a repository may change under a collection, before it is left for the next one. */
    private static final int ATTEMPTS = 3;

    /**
     * From so many repositories links are taken before the disk is waited for: once for all of them is hardly longer than for
     * each. Content goes only after that.
     */
    private static final int BATCH = 64;

    private final ObjectStore store;
    private final RepositoryUpkeep upkeep;
    private final Trash trash;
    private final Marking marking;
    private final Pace pace;
    private final Cutoff cutoff;
    private final BulkDeletion deletion;
    private int batched;

    Unlinking(ObjectStore store, Registry registry, Marking marking, Pace pace, Cutoff cutoff) {
        this.store = store;
        this.upkeep = registry.upkeep();
        this.trash = registry.trash();
        this.marking = marking;
        this.pace = pace;
        this.cutoff = cutoff;
        this.deletion = store.deleteMany();
    }

    /**
     * Goes through a repository.
     *
     * @param needed gets all content that the repository still needs
     * @param trashed gets the content of what was taken from it and can be had back
     * @return what is left of it
     * @throws TroubleException when it is not known what it needs; nothing has been taken then
     */
    Marks collect(RepositoryName name, DigestSet needed, DigestSet trashed, Tally tally)
            throws IOException, TroubleException {
        Marks marks = marking.mark(name, needed);
        for (int attempt = 1; !marks.clean(); attempt++) {
            Marks found = marks;
            if (upkeep.alone(name, () -> unchanged(found) && remove(found, needed, trashed, tally))) {
                forgetHistory(found);
                finishBatch();
                break;
            }
            if (attempt == ATTEMPTS) {
                marking.markAll(name, needed);
                break;
            }
            marks = marking.mark(name, needed);
        }
        return marks;
    }

    private boolean unchanged(Marks marks) throws IOException {
        RepositoryName name = marks.name();
        try {
            if (!marks.revisions().containsAll(new Repository(store, pace, name).revisions())) {
                return false;
            }
        } catch (TroubleException e) {
            return false;
        }
        for (Digest manifest : marks.garbage().keySet()) {
            if (marking.spares(RegistryLayout.revisionLink(name, manifest), manifest)) {
                return false;
            }
        }
        return true;
    }

    /** The record comes first, then manifests, then what they need: interrupted anywhere, what is there is whole. */
    private boolean remove(Marks marks, DigestSet needed, DigestSet trashed, Tally tally) throws IOException {
        RepositoryName name = marks.name();
        List<Trash.Entry> entries = new ArrayList<>();
        if (trash.enabled()) {
            for (Digest manifest : marks.garbage().keySet()) {
                upkeep.trashed(name, manifest).ifPresent(entries::add);
            }
        }
        List<Trash.Entry.Layer> layers = new ArrayList<>();
        for (Map.Entry<Digest, Digest> layer : marks.layers().entrySet()) {
            if (marking.spares(RegistryLayout.layerLink(name, layer.getKey()), layer.getKey())) {
                needed.add(layer.getValue());
            } else {
                layers.add(new Trash.Entry.Layer(layer.getKey(), layer.getValue()));
            }
        }
        entries.addAll(layers);
        if (trash.add(name, entries)) {
            entries.forEach(entry -> trashed.add(content(entry)));
        }
        upkeep.removeManifests(name, marks.garbage(), deletion);
        tally.manifests += marks.garbage().size();
        for (Trash.Entry.Layer layer : layers) {
            if (upkeep.removeLayer(name, layer, cutoff.instant(), deletion)) {
                tally.layers++;
            } else {
                needed.add(layer.target());
            }
        }
        return true;
    }

    private void finishBatch() throws IOException {
        if (++batched == BATCH) {
            close();
        }
    }

    /** What has been taken is gone for good, also after a loss of power. Can go on afterwards. */
    @Override
    public void close() throws IOException {
        batched = 0;
        deletion.finish();
    }

    static Digest content(Trash.Entry entry) {
        if (entry instanceof Trash.Entry.Manifest manifest) {
            return manifest.target();
        }
        return entry instanceof Trash.Entry.Layer layer ? layer.target() : entry.digest();
    }

    /** What tags have ever pointed to is noted by CNCF distribution; it goes with the manifests. */
    private void forgetHistory(Marks marks) throws IOException {
        if (marks.garbage().isEmpty()) {
            return;
        }
        for (String tag : store.names(RegistryLayout.tags(marks.name()))) {
            pace.step();
            if (Tag.isValid(tag)) {
                forgetHistory(marks, new Tag(tag));
            }
        }
    }

    private void forgetHistory(Marks marks, Tag tag) throws IOException {
        for (String algorithm : store.names(RegistryLayout.tagIndex(marks.name(), tag))) {
            Optional<DigestAlgorithm> known = DigestAlgorithm.named(algorithm);
            if (known.isEmpty()) {
                continue;
            }
            for (String hex : store.names(RegistryLayout.tagIndex(marks.name(), tag, known.get()))) {
                if (Digest.isValid(known.get(), hex) && marks.garbage().containsKey(new Digest(known.get(), hex))) {
                    deletion.delete(RegistryLayout.tagIndexLink(marks.name(), tag, new Digest(known.get(), hex)));
                }
            }
        }
    }
}
