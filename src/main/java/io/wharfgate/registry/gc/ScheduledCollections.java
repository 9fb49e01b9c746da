package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.registry.RegistryConfig;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects garbage by the schedule, on a thread of its own. */
public final class ScheduledCollections implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScheduledCollections.class);

    /** Machines that share a disk or a host do not all begin in the same second. */
    private static final Duration JITTER = Duration.ofMinutes(5);

    /** The clock on the wall may be set, and a machine may sleep. */
    private static final Duration NAP = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CollectionTask task;
    private final CollectionTimes times;
    private final Clock clock;
    private final BooleanSupplier stopping;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "gc");

    private ScheduledCollections(
            CollectionTask task, RegistryConfig.Schedule schedule, Clock clock, BooleanSupplier stopping) {
        this.task = task;
        this.times = new CollectionTimes(schedule, clock.getZone());
        this.clock = clock;
        this.stopping = stopping;
    }

    /**
     * Begins to wait for the first time.
     *
     * @param clock has the time zone of the schedule
     * @param stopping whether the service is about to stop, so that a collection should end
     */
    public static ScheduledCollections start(
            CollectionTask task, RegistryConfig.Schedule schedule, Clock clock, BooleanSupplier stopping) {
        ScheduledCollections collections = new ScheduledCollections(task, schedule, clock, stopping);
        collections.thread.setDaemon(true);
        // Serving comes first, where the system knows priorities.
        collections.thread.setPriority(Thread.MIN_PRIORITY);
        collections.thread.start();
        return collections;
    }

    private void run() {
        try {
            Instant next = jittered(firstTime());
            while (awaitTime(next)) {
                collect();
                next = jittered(times.after(clock.instant()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Instant firstTime() {
        try {
            return times.first(clock.instant(), task.lastCollected());
        } catch (IOException e) {
            log.warn("when garbage was last collected cannot be read reason={}", e.toString());
            return times.after(clock.instant());
        }
    }

    private static Instant jittered(Instant time) {
        return time.plusSeconds(ThreadLocalRandom.current().nextLong(JITTER.toSeconds()));
    }

    /** @return false when it is not worth waiting any more */
    private boolean awaitTime(Instant time) throws InterruptedException {
        log.info("garbage is collected next at {}", time.atZone(clock.getZone()).toLocalDateTime());
        while (clock.instant().isBefore(time)) {
            long left = Duration.between(clock.instant(), time).toMillis();
            if (closed.await(Math.max(1, Math.min(left, NAP.toMillis())), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return closed.getCount() > 0;
    }

    private void collect() {
        try {
            task.collect(new LogOutput());
        } catch (StoppedException e) {
            log.info("garbage collection: {}", e.getMessage());
        } catch (IOException | RuntimeException e) {
            log.error("garbage could not be collected; trying again at the next time of the schedule", e);
        }
    }

    /** Ends a collection that is running; what it has done stays done. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A collection that nobody has asked for tells the log. */
    private final class LogOutput implements TaskOutput {
        @Override
        public void line(String text) {
            log.info("garbage collection: {}", text);
        }

        @Override
        public void warning(String text) {
            log.warn("garbage collection: {}", text);
        }

        @Override
        public void progress(String what, long done, long of) {
            // The log has no bar.
        }

        @Override
        public boolean cancelled() {
            return closed.getCount() == 0 || stopping.getAsBoolean();
        }
    }
}
