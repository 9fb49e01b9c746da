package io.wharfgate.registry.check;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.registry.Mending;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Looks at all that is stored: first at the content of every blob, then at every repository. Arguments: {@code repair},
 * {@code fast}, {@code json} and {@code restart} are "true" or absent, {@code repository} is a pattern, {@code rate} MiB in a
 * second. Exit code 0: nothing is wrong, or nothing but leftovers; 1: something is, or was until now, or the check could not
 * be done; 2: wrong arguments.
 */
public final class StorageCheck implements Task {

    /** Between two looks: longer than any change of a repository takes. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final ObjectStore store;
    private final Mending mending;
    private final Path bookmark;
    private final Clock clock;
    private final Duration pause;

    /**
     * @param mending of the registry that serves the store, if any does
     * @param bookmark the file that says where a check has come to, outside of the store; need not be there
     */
    public StorageCheck(ObjectStore store, Mending mending, Path bookmark) {
        this(store, mending, bookmark, Clock.systemUTC(), PAUSE);
    }

    StorageCheck(ObjectStore store, Mending mending, Path bookmark, Clock clock, Duration pause) {
        this.store = store;
        this.mending = mending;
        this.bookmark = bookmark;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public int run(Map<String, String> arguments, TaskOutput out) throws IOException, InterruptedException {
        CheckOptions options;
        try {
            options = CheckOptions.of(arguments);
        } catch (IllegalArgumentException e) {
            out.warning(String.valueOf(e.getMessage()));
            return 2;
        }
        Inspector inspector =
                new Inspector(new Content(store, new Pace(options.rate())), new Quarantine(store, clock), mending);
        Report report = new Report(out, options.json());
        SecondLook second = new SecondLook(inspector, report, options.repair(), pause.toNanos());
        CheckRun run = new CheckRun(
                options, inspector, second, report, new Bookmark(bookmark, options.identity()), out, clock);
        return run.run();
    }
}
