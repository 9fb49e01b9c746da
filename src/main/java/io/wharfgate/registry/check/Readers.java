package io.wharfgate.registry.check;

import io.wharfgate.control.TaskOutput;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two threads that look at things, and their results in the order in which they were asked for: so the place that has been
 * come to is a single one, and reports of the same storage are the same. Used by one thread, which closes it.
 */
final class Readers implements Closeable {

    private static final int THREADS = 2;

    /** Asked for and not taken: while one thread is at a large blob, the other one goes on. */
    private static final int MOST_AHEAD = 128;

    private static final long POLL_MILLIS = 100;

    private final ExecutorService threads;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final TaskOutput out;
    private final Pace pace;
    private final Taker taker;

    private record Asked(String position, Future<List<Looks.Suspect>> result) {}

    /** Takes what is wrong with something, in order. */
    @FunctionalInterface
    interface Taker {

        /**
         * Takes what one look has found.
         *
         * @param position where the walk has come to with it
         */
        void take(String position, List<Looks.Suspect> suspects) throws IOException;
    }

    Readers(TaskOutput out, Pace pace, Taker taker) {
        this.out = out;
        this.pace = pace;
        this.taker = taker;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "check-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Has something looked at. Takes results while too many are ahead. */
    void ask(String position, Callable<List<Looks.Suspect>> look) throws IOException, InterruptedException {
        while (asked.size() >= MOST_AHEAD) {
            takeFirst();
        }
        asked.add(new Asked(position, threads.submit(look)));
    }

    /** Takes all results that are outstanding. */
    void finish() throws IOException, InterruptedException {
        while (!asked.isEmpty()) {
            takeFirst();
        }
    }

    private void takeFirst() throws IOException, InterruptedException {
        Asked first = asked.element();
        List<Looks.Suspect> suspects = await(first.result());
        asked.remove();
        taker.take(first.position(), suspects);
    }

    private List<Looks.Suspect> await(Future<List<Looks.Suspect>> result) throws IOException, InterruptedException {
        while (true) {
            if (out.cancelled()) {
                pace.stop();
            }
            try {
                return result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // see whether it is still wanted
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Ends what is running, too. */
    @Override
    public void close() {
        pace.stop();
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
