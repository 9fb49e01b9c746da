package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
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
import java.util.function.Supplier;

/**
 * Collects garbage while everybody goes on working.
 *
 * <p>First each repository is looked through, and what it does not need is taken from it: links only, and a record of them goes
 * to the {@link Trash}. Then the content goes that no repository links any more and no record keeps. Before either something is
 * spared that is younger than the grace time, by the times in the storage, or that a client of this process counts on.
 *
 * <p>Whatever cannot be read ends the run, or keeps what it may concern. An interrupted run has done no harm, and what it has
 * done is done; the next one has only to read it again. Takes 12 to 24 bytes for each blob that is kept, and some hundred for
 * each manifest of the largest repository. One thread does all of it.
 */
final class Collector {

    private final ObjectStore store;
    private final Registry registry;
    private final Clock clock;
    private final Supplier<Optional<Courtesy>> courtesy;

    Collector(ObjectStore store, Registry registry, Clock clock, Supplier<Optional<Courtesy>> courtesy) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        this.courtesy = courtesy;
    }

    /**
     * Collects, and tells of it.
     *
     * @throws IOException also when it was told to stop, or another collection is running
     */
    Tally run(Settings settings, TaskOutput out) throws IOException {
        if (settings.dryRun()) {
            return new Run(settings, out, () -> {}).run();
        }
        try (CollectionLock lock = CollectionLock.acquire(store, clock)) {
            return new Run(settings, out, lock::renew).run();
        }
    }

    /** One collection. */
    private final class Run {

        private final Settings settings;
        private final TaskOutput out;
        private final Pace pace;
        private final Cutoff cutoff;
        private final Marking marking;
        private final Tally tally = new Tally();
        private final DigestSet needed = new DigestSet();
        private final DigestSet trashed = new DigestSet();

        Run(Settings settings, TaskOutput out, Pace.IoAction stillAlive) {
            this.settings = settings;
            this.out = out;
            this.pace = new Pace(settings.rate(), courtesy.get(), out::cancelled, stillAlive);
            this.cutoff = Cutoff.of(clock.instant(), settings.grace());
            this.marking = new Marking(store, registry.upkeep(), pace, cutoff, settings.untagged());
        }

        Tally run() throws IOException {
            readTrash();
            RepositoryWalk walk = new RepositoryWalk(store);
            try (Unlinking unlinking = new Unlinking(store, registry, marking, pace, cutoff)) {
                for (Optional<RepositoryName> name = walk.next(); name.isPresent(); name = walk.next()) {
                    pace.step();
                    out.progress("repositories", tally.repositories, 0);
                    repository(name.get(), unlinking);
                }
            }
            for (String strange : walk.strange()) {
                out.warning("no content is deleted as long as " + strange
                        + " is there, which is no repository and may hold anything; move it away");
                tally.contentKept = true;
            }
            if (!tally.contentKept) {
                new ContentSweep(store, registry.upkeep(), pace, cutoff, settings.dryRun())
                        .run(needed, trashed, tally, (done, of) -> out.progress("content", done, of));
            }
            tally.looked = pace.looked();
            return tally;
        }

        /** What is too old to be had back is forgotten first: the content may go in this run. */
        private void readTrash() throws IOException {
            Trash trash = registry.trash();
            Instant now = clock.instant();
            for (ObjectKey key : trash.records()) {
                pace.step();
                Optional<Trash.Entries> record = trash.read(key);
                if (record.isPresent() && trash.end(record.get()).isAfter(now)) {
                    record.get().entries().forEach(entry -> trashed.add(Unlinking.content(entry)));
                } else if (!settings.dryRun()) {
                    trash.forget(key);
                }
            }
        }

        private void repository(RepositoryName name, Unlinking unlinking) throws IOException {
            tally.repositories++;
            try {
                Marks marks;
                if (settings.dryRun()) {
                    marks = marking.mark(name, needed);
                    count(marks);
                } else {
                    marks = unlinking.collect(name, needed, trashed, tally);
                }
                uploads(name);
                if (marks.kept().isEmpty() && !settings.dryRun()) {
                    registry.upkeep().prune(name);
                }
            } catch (TroubleException e) {
                keep(name, String.valueOf(e.getMessage()));
            }
        }

        private void count(Marks marks) {
            marks.garbage().keySet().forEach(manifest -> {
                tally.manifests++;
                out.line("would delete manifest " + marks.name() + "@" + manifest);
                trash(manifest);
            });
            marks.layers().forEach((layer, content) -> {
                tally.layers++;
                out.line("would delete blob " + marks.name() + "@" + layer);
                trash(content);
            });
        }

        private void trash(Digest content) {
            if (registry.trash().enabled()) {
                trashed.add(content);
            }
        }

        /** Nothing of it is deleted: it is not known what it needs. */
        private void keep(RepositoryName name, String why) throws IOException {
            tally.kept++;
            out.warning("repository " + name + " is left as it is: " + why
                    + "; \"wharfgate storage check\" tells what to do");
            try {
                marking.markAll(name, needed);
            } catch (TroubleException e) {
                tally.contentKept = true;
                out.warning("no content is deleted at all, as it is not known what is that repository's");
            }
        }

        private void uploads(RepositoryName name) throws IOException {
            Cutoff expired = Cutoff.of(clock.instant(), settings.uploadExpiry());
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
                        && (settings.dryRun() || registry.uploads().expire(name, upload.get(), expired.instant()))) {
                    tally.uploads++;
                }
            }
        }

        /** A kill between the making of a directory and of the first file in it leaves this. */
        private void clearAway(ObjectKey directory) throws IOException {
            if (!settings.dryRun()) {
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
}
