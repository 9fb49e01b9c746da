package io.wharfgate.storage.filesystem;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The few threads that fsync in the background. When they cannot keep up, the appending thread does it itself. */
final class WritebackThreads {

    private static final int THREADS = 2;
    private static final int WAITING = 16;

    private WritebackThreads() {}

    static ExecutorService start() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> {
                    Thread thread = new Thread(task, "writeback-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, executor) -> task.run());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
