package io.wharfgate.upstream;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the checks of all upstreams, each at its interval and for the first time at once, on one thread that waits for
 * nothing but the clock. Closed by whoever made it, before the transports.
 */
final class HealthChecks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

    private final ScheduledExecutorService thread;

    private HealthChecks(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Starts those with an interval; one of 0 means that an upstream is not to be checked. */
    static HealthChecks start(List<HealthCheck> checks) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "upstream-health");
            made.setDaemon(true);
            return made;
        });
        for (HealthCheck check : checks) {
            long interval = check.settings().interval().toMillis();
            if (interval > 0) {
                ScheduledFuture<?> unused =
                        thread.scheduleWithFixedDelay(() -> runSafely(check), 0, interval, TimeUnit.MILLISECONDS);
            }
        }
        return new HealthChecks(thread);
    }

    /** A task that throws would never run again. */
    private static void runSafely(HealthCheck check) {
        try {
            check.run();
        } catch (RuntimeException e) {
            LOG.error("health check failed to run", e);
        }
    }

    /** Returns at once; answers that are still to come change nothing any more but the addresses. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
