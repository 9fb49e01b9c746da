package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.gc.Repository.TroubleException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Does what one thread does of a collection: takes one repository after the other, and later one part of the content. */
final class Worker {

    private final ObjectStore store;
    private final Registry registry;
    private final Round round;
    private final Pace pace;
    private final Marking marking;
    private Tally tally = new Tally();

    Worker(ObjectStore store, Registry registry, Round round, Pace pace) {
        this.store = store;
        this.registry = registry;
        this.round = round;
        this.pace = pace;
        this.marking = new Marking(
                store, registry.upkeep(), pace, round.cutoff(), round.settings().untagged());
    }

    Pace pace() {
        return pace;
    }

    /** What it has come to since this was last asked. */
    Tally takeTally() {
        Tally taken = tally;
        tally = new Tally();
        return taken;
    }

    /** Looks through repositories until there are none left. What goes from them is gone for good when this returns. */
    void repositories(RepositoryWalk walk) throws IOException {
        try (Unlinking unlinking = new Unlinking(store, registry, marking, pace, round.cutoff())) {
            for (Optional<RepositoryName> name = walk.next(); name.isPresent(); name = walk.next()) {
                pace.step();
                round.out().progress("repositories", walk.passed(), 0);
                repository(name.get(), unlinking);
            }
        }
    }

    /** Deletes content until all has been looked at. */
    void content(ContentSweep sweep) throws IOException {
        sweep.run(round, pace, tally);
    }

    private void repository(RepositoryName name, Unlinking unlinking) throws IOException {
        tally.repositories++;
        try {
            Marks marks;
            if (round.settings().dryRun()) {
                marks = marking.mark(name, round.needed());
                count(marks);
            } else {
                marks = unlinking.collect(name, round.needed(), round.trashed(), tally);
            }
            uploads(name);
            if (marks.kept().isEmpty() && !round.settings().dryRun()) {
                registry.upkeep().prune(name);
            }
        } catch (TroubleException e) {
            keep(name, String.valueOf(e.getMessage()));
        }
    }

    private void count(Marks marks) {
        marks.garbage().keySet().forEach(manifest -> {
            tally.manifests++;
            round.out().line("would delete manifest " + marks.name() + "@" + manifest);
            trash(manifest);
        });
        marks.layers().forEach((layer, content) -> {
            tally.layers++;
            round.out().line("would delete blob " + marks.name() + "@" + layer);
            trash(content);
        });
    }

    private void trash(Digest content) {
        if (registry.trash().enabled()) {
            round.trashed().add(content);
        }
    }

    /** Nothing of it is deleted: it is not known what it needs. */
    private void keep(RepositoryName name, String why) throws IOException {
        tally.kept++;
        round.out()
                .warning("repository " + name + " is left as it is: " + why
                        + "; \"wharfgate storage check\" tells what to do");
        try {
            marking.markAll(name, round.needed());
        } catch (TroubleException e) {
            tally.contentKept = true;
            round.out().warning("no content is deleted at all, as it is not known what is that repository's");
        }
    }

    private void uploads(RepositoryName name) throws IOException {
        Cutoff expired = round.uploadCutoff();
        for (String id : store.names(RegistryLayout.uploads(name))) {
            pace.step();
            Optional<UploadId> upload = own(id);
            if (upload.isEmpty()) {
                continue;
            }
            Optional<Instant> written = registry.uploads().lastWritten(name, upload.get());
            if (written.isEmpty()) {
                clearAway(RegistryLayout.upload(name, upload.get()));
            } else if (!expired.spares(written.get())
                    && (round.settings().dryRun()
                            || registry.uploads().expire(name, upload.get(), expired.instant()))) {
                tally.uploads++;
            }
        }
    }

    /** A kill between the making of a directory and of the first file in it leaves this. */
    private void clearAway(ObjectKey directory) throws IOException {
        if (!round.settings().dryRun()) {
            store.prune(directory);
        }
    }

    /** Distribution's ids and ours are UUIDs; what is named otherwise is nobody's upload. */
    private Optional<UploadId> own(String id) {
        try {
            return Optional.of(new UploadId(id))
                    .filter(upload ->
                            upload.uuid().isPresent() && upload.value().equals(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
