package io.wharfgate.registry.check;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One check, from where it begins to its end or to where it is broken off. For one thread, and once. */
final class CheckRun {

    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CheckOptions options;
    private final Inspector inspector;
    private final SecondLook second;
    private final Report report;
    private final Bookmark bookmark;
    private final TaskOutput out;
    private final Clock clock;
    private final Tally tally = new Tally();
    private Bookmark.Phase phase = Bookmark.Phase.BLOBS;
    private String position = "";
    private double startedAt;
    private long savedAt = System.nanoTime();

    CheckRun(
            CheckOptions options,
            Inspector inspector,
            SecondLook second,
            Report report,
            Bookmark bookmark,
            TaskOutput out,
            Clock clock) {
        this.options = options;
        this.inspector = inspector;
        this.second = second;
        this.report = report;
        this.bookmark = bookmark;
        this.out = out;
        this.clock = clock;
    }

    /** Tells the exit code. */
    int run() throws IOException, InterruptedException {
        begin();
        try (Readers readers = new Readers(out, inspector.content().pace(), this::take)) {
            if (phase == Bookmark.Phase.BLOBS) {
                if (options.repositories().isPresent()) {
                    readBlobsOfRepositories(readers);
                } else {
                    readBlobs(readers);
                }
                readers.finish();
                second.settleAll();
                phase = Bookmark.Phase.REPOSITORIES;
                position = "";
            }
            checkRepositories(readers);
            readers.finish();
            second.settleAll();
        } catch (Pace.StoppedException e) {
            save();
            out.warning("stopped; the same command goes on from here, and begins anew with --restart");
            return 1;
        } catch (InterruptedException e) {
            save();
            throw e;
        }
        bookmark.delete();
        report.end(
                tally.text(inspector.content().pace().bytes()),
                inspector.quarantine().place().value());
        return report.count(Severity.ERROR) + report.count(Severity.WARNING) > 0 ? 1 : 0;
    }

    private void begin() throws IOException {
        Optional<Bookmark.Place> earlier = options.restart() ? Optional.empty() : bookmark.read();
        if (earlier.isEmpty()) {
            return;
        }
        Bookmark.Place place = earlier.get();
        phase = place.phase();
        position = place.position();
        startedAt = phase == Bookmark.Phase.BLOBS
                        && !position.isEmpty()
                        && options.repositories().isEmpty()
                ? BlobTree.share(position)
                : 0;
        place.found().forEach(report::counted);
        place.damaged().forEach(inspector::damaged);
        out.warning("goes on with a check that was broken off, which found "
                + Report.counted(
                        place.found().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        "thing")
                + " until then; --restart begins anew");
    }

    private void readBlobs(Readers readers) throws IOException, InterruptedException {
        new BlobTree(inspector, position).walk(new BlobTree.Visitor() {
            @Override
            public void blob(Digest blob) throws IOException, InterruptedException {
                read(readers, BlobTree.position(blob), blob);
            }

            @Override
            public void suspects(List<Looks.Suspect> suspects) {
                suspects.forEach(suspect -> second.add(suspect, position));
            }
        });
    }

    private void readBlobsOfRepositories(Readers readers) throws IOException, InterruptedException {
        RepositoryTree tree = new RepositoryTree(inspector);
        SeenDigests seen = new SeenDigests();
        String before = position;
        for (Optional<RepositoryName> name = tree.next(); name.isPresent(); name = tree.next()) {
            if (!options.wants(name.get()) || !RepositoryTree.isAfter(name.get().value(), position)) {
                continue;
            }
            List<Digest> blobs = new ArrayList<>();
            new RepositoryCheck(inspector, name.get(), tally, clock).blobs(blobs::add);
            for (Digest blob : blobs) {
                if (seen.add(blob)) {
                    // A repository is done with when the next one has been begun.
                    read(readers, before, blob);
                }
            }
            before = name.get().value();
        }
    }

    private void read(Readers readers, String at, Digest blob) throws IOException, InterruptedException {
        tally.blobs.incrementAndGet();
        if (options.fast()) {
            return;
        }
        readers.ask(at, () -> {
            Looks looks = new Looks(inspector);
            looks.at(new BlobContent(inspector, blob));
            return looks.suspects();
        });
    }

    private void checkRepositories(Readers readers) throws IOException, InterruptedException {
        RepositoryTree tree = new RepositoryTree(inspector);
        String start = position;
        for (Optional<RepositoryName> next = tree.next(); next.isPresent(); next = tree.next()) {
            RepositoryName name = next.get();
            List<Looks.Suspect> onTheWay = tree.suspects();
            if (options.wants(name) && RepositoryTree.isAfter(name.value(), start)) {
                readers.ask(
                        name.value(),
                        () -> Looks.joined(onTheWay, new RepositoryCheck(inspector, name, tally, clock).check()));
            }
        }
        // Where there is no repository at all.
        tree.suspects().forEach(suspect -> second.add(suspect, position));
    }

    private void take(String at, List<Looks.Suspect> suspects) throws IOException {
        suspects.forEach(suspect -> second.add(suspect, position));
        position = at;
        second.settleDue();
        tell();
        if (System.nanoTime() - savedAt > SAVE_NANOS) {
            save();
        }
    }

    private void tell() {
        if (phase == Bookmark.Phase.REPOSITORIES) {
            out.progress("checking repositories", tally.repositories.get(), 0);
            return;
        }
        long read = inspector.content().pace().bytes() >> 20;
        double share = options.repositories().isEmpty() ? BlobTree.share(position) - startedAt : 0;
        // Digests are spread evenly, so how far the walk is tells how much there is, without counting first.
        long all = share > 0 ? (long) (read * (1 - startedAt) / share) : 0;
        out.progress("reading blobs, MiB", read, all);
    }

    private void save() throws IOException {
        Map<Severity, Long> found = new EnumMap<>(Severity.class);
        for (Severity severity : Severity.values()) {
            found.put(severity, report.count(severity));
        }
        bookmark.write(
                new Bookmark.Place(phase, second.position().orElse(position), found, List.copyOf(inspector.damaged())));
        savedAt = System.nanoTime();
    }
}
