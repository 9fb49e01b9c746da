package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.Trash;
import io.wharfgate.registry.gc.Repository.TroubleException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Tells why something is kept, or that it would go: {@code wharfgate storage gc --explain}. For one thread. */
final class Explanation {

    private final ObjectStore store;
    private final Registry registry;
    private final Clock clock;
    private final Settings settings;

    Explanation(ObjectStore store, Registry registry, Settings settings, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.settings = settings;
        this.clock = clock;
    }

    /** Tells the exit code: 0 when there is anything by that digest, else 1. */
    int explain(Digest digest, TaskOutput out) throws IOException {
        Pace pace = new Pace(0, Optional.empty(), out::cancelled, () -> {});
        Cutoff cutoff = Cutoff.of(clock.instant(), settings.grace());
        Marking marking = new Marking(store, registry.upkeep(), pace, cutoff, settings.untagged());
        boolean stored = content(digest, out);
        boolean linked = false;
        RepositoryWalk walk = new RepositoryWalk(store);
        for (Optional<RepositoryName> name = walk.next(); name.isPresent(); name = walk.next()) {
            pace.step();
            boolean manifest =
                    store.size(RegistryLayout.revisionLink(name.get(), digest)).isPresent();
            boolean layer =
                    store.size(RegistryLayout.layerLink(name.get(), digest)).isPresent();
            if (manifest || layer) {
                linked = true;
                try {
                    Marks marks = marking.mark(name.get(), new DigestSet());
                    String why = manifest ? manifest(marks, digest) : layer(marks, digest, pace, cutoff);
                    out.line(name.get() + ": " + why);
                } catch (TroubleException e) {
                    out.line(name.get() + ": kept, as all of this repository is: " + e.getMessage());
                }
            }
        }
        boolean deleted = trash(digest, out);
        if (!stored && !linked && !deleted) {
            out.line("there is nothing by this digest");
            return 1;
        }
        if (!linked && !deleted) {
            out.line("no repository has it: it goes with the first collection after the grace time, unless a manifest"
                    + " names it");
        }
        return 0;
    }

    private boolean content(Digest digest, TaskOutput out) throws IOException {
        ObjectKey data = RegistryLayout.blobData(digest);
        Optional<Instant> written = store.modified(data);
        if (written.isEmpty()) {
            return false;
        }
        out.line("content: " + Tally.size(store.size(data).orElse(0)) + ", written " + Tally.time(written.get()));
        registry.upkeep()
                .pinned(digest)
                .ifPresent(at -> out.line("a client pushed it or asked for it last at " + Tally.time(at)));
        return true;
    }

    private static String manifest(Marks marks, Digest digest) {
        return marks.kept().containsKey(digest)
                ? "kept: " + chain(marks, digest)
                : "goes with the next collection: no tag leads to this manifest";
    }

    private String layer(Marks marks, Digest digest, Pace pace, Cutoff cutoff) throws IOException, TroubleException {
        Repository repository = new Repository(store, pace, marks.name());
        for (Digest manifest : marks.kept().keySet()) {
            Optional<Repository.Manifest> read = repository.manifest(manifest);
            if (read.isPresent() && read.get().references().content().contains(digest)) {
                return "kept: " + chain(marks, manifest) + " → " + digest;
            }
        }
        if (marks.layers().containsKey(digest)) {
            return "goes with the next collection: no manifest that stays needs this blob";
        }
        Instant written =
                store.modified(RegistryLayout.layerLink(marks.name(), digest)).orElse(Instant.EPOCH);
        return "no manifest that stays needs this blob; kept until "
                + (cutoff.spares(written) ? Tally.time(written.plus(settings.grace())) : "the grace time is over")
                + ", as somebody may be pushing one";
    }

    /** From a root to the manifest. */
    private static String chain(Marks marks, Digest manifest) {
        Marks.Reason reason = marks.kept().get(manifest);
        if (reason == null || reason.from().isEmpty()) {
            return (reason == null ? "?" : reason.how()) + " → " + manifest;
        }
        return chain(marks, reason.from().get())
                + (reason.how().equals(Marks.REFERS) ? " ← " : " → ")
                + manifest
                + (reason.how().equals(Marks.REFERS) ? ", which refers to it" : "");
    }

    private boolean trash(Digest digest, TaskOutput out) throws IOException {
        boolean found = false;
        for (ObjectKey key : registry.trash().records()) {
            Optional<Trash.Entries> record = registry.trash().read(key);
            if (record.isPresent() && record.get().entries().stream().anyMatch(entry -> names(entry, digest))) {
                found = true;
                Instant end = registry.trash().end(record.get());
                out.line(record.get().repository() + ": deleted "
                        + Tally.time(record.get().time())
                        + (end.isAfter(clock.instant())
                                ? "; \"wharfgate storage undelete " + digest + "\" brings it back until "
                                        + Tally.time(end)
                                : "; goes for good with the next collection"));
            }
        }
        return found;
    }

    private static boolean names(Trash.Entry entry, Digest digest) {
        return entry.digest().equals(digest) || Unlinking.content(entry).equals(digest);
    }
}
