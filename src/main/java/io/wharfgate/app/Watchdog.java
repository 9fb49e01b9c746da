package io.wharfgate.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the service lives, as long as it does: each thread that clients depend on has to take a task and
 * finish it. One that hangs keeps the message back, and systemd starts the service anew.
 *
 * <p>A thread of its own, since one of a pool could be what hangs. Closed by whoever started it.
 */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Supplier<List<Executor>> threads;
    private final Runnable alive;
    private final Duration period;
    private final Thread thread = new Thread(this::run, "watchdog");
    private volatile boolean closed;

    /**
     * @param limit what systemd has been told to wait; half of it is the period
     * @param threads one executor for each thread or pool to ask
     */
    Watchdog(Duration limit, Supplier<List<Executor>> threads, Runnable alive) {
        this.threads = threads;
        this.alive = alive;
        this.period = limit.dividedBy(2);
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                long began = System.nanoTime();
                if (answers()) {
                    alive.run();
                }
                long left = period.toNanos() - (System.nanoTime() - began);
                TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits one period at the most: with what has gone by since the last message, systemd's limit is not reached. */
    private boolean answers() throws InterruptedException {
        List<Executor> asked = threads.get();
        CountDownLatch missing = new CountDownLatch(asked.size());
        for (Executor one : asked) {
            try {
                one.execute(missing::countDown);
            } catch (RuntimeException e) {
                LOG.debug("a thread takes no tasks", e);
            }
        }
        boolean all = missing.await(period.toNanos(), TimeUnit.NANOSECONDS);
        if (!all) {
            LOG.error("{} of {} threads hang; systemd will start the service anew", missing.getCount(), asked.size());
        }
        return all;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
