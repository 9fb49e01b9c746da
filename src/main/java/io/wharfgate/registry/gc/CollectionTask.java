package io.wharfgate.registry.gc;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code wharfgate storage gc}. Arguments: {@code dry-run} and {@code untagged}, true or false; {@code grace}, as ISO 8601 has
 * it; {@code explain}, a digest.
 */
public final class CollectionTask implements Task {

    private static final Logger log = LoggerFactory.getLogger(CollectionTask.class);

    /** For each processor: mostly they wait for the disk, and it for more to do. */
    private static final int THREADS = 4;

    /** Each keeps the manifests of a repository in memory. */
    private static final int MOST_THREADS = 16;

    private final ObjectStore store;
    private final Registry registry;
    private final Clock clock;
    private final boolean serving;
    private final int threads;

    /**
     * The store and the registry stay the caller's to close.
     *
     * @param serving whether clients are served by this process, who go first when processors are short
     */
    public CollectionTask(ObjectStore store, Registry registry, Clock clock, boolean serving) {
        this(store, registry, clock, serving, serving ? 1 : threads());
    }

    CollectionTask(ObjectStore store, Registry registry, Clock clock, boolean serving, int threads) {
        this.store = store;
        this.registry = registry;
        this.clock = clock;
        this.serving = serving;
        this.threads = threads;
    }

    private static int threads() {
        return Math.min(MOST_THREADS, THREADS * Runtime.getRuntime().availableProcessors());
    }

    @Override
    public int run(Map<String, String> given, TaskOutput out) throws IOException {
        Arguments arguments = new Arguments(given);
        Settings settings = Settings.of(registry.config().upkeep());
        settings = settings.grace(arguments.duration("grace").orElse(settings.grace()));
        if (arguments.text("untagged").isPresent()) {
            settings = settings.untagged(arguments.is("untagged"));
        }
        Optional<String> explain = arguments.text("explain");
        if (explain.isPresent()) {
            Optional<Digest> digest = Arguments.digest(explain.get());
            if (digest.isEmpty()) {
                out.warning("\"" + explain.get() + "\" is no digest; one looks like sha256:0123… with 64 digits");
                return 2;
            }
            return new Explanation(store, registry, settings, clock).explain(digest.get(), out);
        }
        return collect(arguments.is("dry-run") ? settings.dry() : settings, out);
    }

    private int collect(Settings settings, TaskOutput out) throws IOException {
        long begun = System.nanoTime();
        Tally tally = new Collector(store, registry, clock, this::courtesy, threads).run(settings, out);
        Duration time = Duration.ofNanos(System.nanoTime() - begun);
        String summary =
                tally.summary(settings.dryRun(), registry.config().upkeep().undelete(), time);
        out.line(summary);
        if (!settings.dryRun()) {
            out.figure("freed_bytes", tally.bytes);
            out.figure("waiting_bytes", tally.waitingBytes);
            note(summary);
        }
        if (tally.kept > 0 || tally.contentKept) {
            out.warning("not all garbage could be told from what is needed; see above");
            return 1;
        }
        return 0;
    }

    private Optional<Courtesy> courtesy() {
        return serving ? Optional.of(new Courtesy(Courtesy.thisMachine())) : Optional.empty();
    }

    /** When it was, for the schedule after a restart. */
    private void note(String summary) throws IOException {
        try {
            store.put(RegistryLayout.COLLECTED, (summary + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (StorageFullException e) {
            log.warn("storage is full: it is not noted that garbage has been collected");
        }
    }
}
