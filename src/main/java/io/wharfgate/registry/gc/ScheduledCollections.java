package io.wharfgate.registry.gc;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects garbage by the schedule, which may change meanwhile, on a thread of its own. */
public final class ScheduledCollections implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScheduledCollections.class);

    /** Machines that share a disk or a host do not all begin in the same second. */
    private static final Duration JITTER = Duration.ofMinutes(5);

    /** The clock on the wall may be set, and a machine may sleep. */
    private static final Duration NAP = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ObjectStore store;
    private final Task collection;
    private final Supplier<Optional<RegistryConfig.Schedule>> schedule;
    private final Clock clock;
    private final Duration nap;
    private final BooleanSupplier stopping;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "gc");

    private ScheduledCollections(
            ObjectStore store,
            Task collection,
            Supplier<Optional<RegistryConfig.Schedule>> schedule,
            Clock clock,
            Duration nap,
            BooleanSupplier stopping) {
        this.store = store;
        this.collection = collection;
        this.schedule = schedule;
        this.clock = clock;
        this.nap = nap;
        this.stopping = stopping;
    }

    /**
     * Begins to wait for the first time.
     *
     * @param store tells when garbage was last collected; it stays the caller's to close, after this
     * @param collection run without arguments
     * @param schedule asked again and again; empty: nothing is collected
     * @param clock has the time zone of the schedule
     * @param stopping whether the service is about to stop, so that a collection should end
     */
    public static ScheduledCollections start(
            ObjectStore store,
            Task collection,
            Supplier<Optional<RegistryConfig.Schedule>> schedule,
            Clock clock,
            BooleanSupplier stopping) {
        return start(new ScheduledCollections(store, collection, schedule, clock, NAP, stopping));
    }

    /** For tests, which do not wait as long to see the time pass. */
    static ScheduledCollections restless(
            ObjectStore store, Task collection, Supplier<Optional<RegistryConfig.Schedule>> schedule, Clock clock) {
        return start(new ScheduledCollections(store, collection, schedule, clock, Duration.ofMillis(1), () -> false));
    }

    private static ScheduledCollections start(ScheduledCollections collections) {
        collections.thread.setDaemon(true);
        collections.thread.start();
        return collections;
    }

    private void run() {
        try {
            Optional<RegistryConfig.Schedule> followed = Optional.empty();
            Instant next = Instant.MAX;
            do {
                Optional<RegistryConfig.Schedule> wanted = schedule.get();
                if (!wanted.equals(followed)) {
                    followed = wanted;
                    next = wanted.map(this::firstTime).orElse(Instant.MAX);
                } else if (followed.isPresent() && !clock.instant().isBefore(next)) {
                    collect();
                    next = announced(times(followed.get()).after(clock.instant()));
                }
            } while (!closed.await(nap(next), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CollectionTimes times(RegistryConfig.Schedule followed) {
        return new CollectionTimes(followed, clock.getZone());
    }

    private Instant firstTime(RegistryConfig.Schedule followed) {
        Instant now = clock.instant();
        try {
            return announced(times(followed).first(now, store.modified(RegistryLayout.COLLECTED)));
        } catch (IOException e) {
            log.warn("when garbage was last collected cannot be read reason={}", e.toString());
            return announced(times(followed).after(now));
        }
    }

    private Instant announced(Instant time) {
        Instant next = time.plusSeconds(ThreadLocalRandom.current().nextLong(JITTER.toSeconds()));
        log.info("garbage is collected next at {}", next.atZone(clock.getZone()).toLocalDateTime());
        return next;
    }

    private long nap(Instant next) {
        Instant now = clock.instant();
        boolean soon = next.isBefore(now.plus(nap));
        return soon ? Math.max(1, Duration.between(now, next).toMillis()) : nap.toMillis();
    }

    private void collect() throws InterruptedException {
        try {
            collection.run(Map.of(), new LogOutput());
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
