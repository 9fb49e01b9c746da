package io.wharfgate.http;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounded pool of threads that wait for disks. Its queue is bounded by the number of connections: each of them has
 * at most one task here at a time. Safe for use by any thread; closed by whoever made it.
 */
public final class Workers implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int PER_CORE = 4;
    private static final int FEWEST = 8;

    private final ThreadPoolExecutor threads;

    /** @param count number of threads; 0 for a number that fits this machine */
    public Workers(int count) {
        int size = count > 0
                ? count
                : Math.max(FEWEST, PER_CORE * Runtime.getRuntime().availableProcessors());
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        // After close only transfers that are being cut come here; their connections are gone already.
        threads.setRejectedExecutionHandler((task, pool) -> LOG.debug("task after close dropped"));
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                // Tasks answer for their own failures; what gets here is a mistake, and must not pass unseen.
                LOG.error("task failed", e);
            }
        });
    }

    /** Whether a task waits for a thread. */
    boolean areAwaited() {
        return !threads.getQueue().isEmpty();
    }

    /** What the threads do just now. */
    public Load load() {
        return new Load(
                threads.getMaximumPoolSize(),
                threads.getActiveCount(),
                threads.getQueue().size());
    }

    /**
     * How busy the workers are.
     *
     * @param threads as many as there may be
     * @param busy those of them that have a task
     * @param waiting tasks that no thread has begun
     */
    public record Load(int threads, int busy, int waiting) {}

    /** Finishes what runs and what waits, for a few seconds at the most. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
