package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.Trash;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Collects garbage while everybody goes on working.
 *
 * <p>First each repository is looked through, and what it does not need is taken from it: links only, and a record of them goes
 * to the {@link Trash}. Then the content goes that no repository links any more and no record keeps. Before either something is
 * spared that is younger than the grace time, by the times in the storage, or that a client of this process counts on.
 *
 * <p>Whatever cannot be read ends the run, or keeps what it may concern. An interrupted run has done no harm, and what it has
 * done is done; the next one has only to read it again. Takes 12 to 24 bytes for each blob that is kept, and some hundred for
 * each manifest of the largest repositories, as many as there are threads.
 */
final class Collector {

    private final ObjectStore store;
    private final Registry registry;
    private final Clock clock;
    private final Supplier<Optional<Courtesy>> courtesy;
    private final int threads;

    /** @param threads how many look through the storage; for a dry run, whose lines have an order, or at a set rate it is one */
    Collector(ObjectStore store, Registry registry, Clock clock, Supplier<Optional<Courtesy>> courtesy, int threads) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        this.courtesy = courtesy;
        this.threads = threads;
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
        private final SharedOutput out;
        private final Pace.IoAction stillAlive;
        private final Round round;

        Run(Settings settings, TaskOutput out, Pace.IoAction stillAlive) {
            this.settings = settings;
            this.out = new SharedOutput(out);
            this.stillAlive = stillAlive;
            this.round = new Round(settings, clock.instant(), this.out);
        }

        Tally run() throws IOException {
            int hands = settings.dryRun() || settings.rate() > 0 ? 1 : threads;
            List<Worker> workers = Stream.generate(this::worker).limit(hands).toList();
            Crew<Worker> crew = new Crew<>(workers);
            readTrash(workers.get(0).pace());
            RepositoryWalk walk = new RepositoryWalk(store);
            crew.all(worker -> worker.repositories(walk), out::stop);
            Tally tally = new Tally();
            workers.forEach(worker -> tally.add(worker.takeTally()));
            for (String strange : walk.strange()) {
                out.warning("no content is deleted as long as " + strange
                        + " is there, which is no repository and may hold anything; move it away");
                tally.contentKept = true;
            }
            if (!tally.contentKept) {
                ContentSweep sweep = new ContentSweep(store, registry.upkeep());
                crew.all(worker -> worker.content(sweep), out::stop);
                workers.forEach(worker -> tally.add(worker.takeTally()));
            }
            workers.forEach(worker -> tally.looked += worker.pace().looked());
            return tally;
        }

        private Worker worker() {
            Pace pace = new Pace(settings.rate(), courtesy.get(), out::cancelled, stillAlive);
            return new Worker(store, registry, round, pace);
        }

        /** What is too old to be had back is forgotten first: the content may go in this run. */
        private void readTrash(Pace pace) throws IOException {
            Trash trash = registry.trash();
            for (ObjectKey key : trash.records()) {
                pace.step();
                Optional<Trash.Entries> record = trash.read(key);
                if (record.isPresent() && trash.end(record.get()).isAfter(round.begun())) {
                    record.get().entries().forEach(entry -> round.trashed().add(Unlinking.content(entry)));
                } else if (!settings.dryRun()) {
                    trash.forget(key);
                }
            }
        }
    }
}
