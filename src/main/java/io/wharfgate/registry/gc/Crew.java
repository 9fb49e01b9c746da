package io.wharfgate.registry.gc;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Several who share a piece of work, each in a thread of its own; one alone works in the caller's. For one thread. */
final class Crew<M> {

    private final List<M> members;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Crew(List<M> members) {
        this.members = members;
    }

    /** What each of them does. */
    @FunctionalInterface
    interface Part<M> {
        void of(M member) throws IOException;
    }

    /**
     * Lets all of them do that, and waits until the last is done.
     *
     * @param failed is told when somebody has failed, so that the others need not go on
     * @throws IOException what the first to fail said, or that this thread has been interrupted
     */
    void all(Part<M> part, Runnable failed) throws IOException {
        if (members.size() == 1) {
            part.of(members.get(0));
            return;
        }
        List<Thread> threads = members.stream()
                .map(member -> new Thread(() -> work(part, member, failed), "collection"))
                .toList();
        threads.forEach(Thread::start);
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= awaitEnd(thread, failed);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
        rethrow();
    }

    private void work(Part<M> part, M member, Runnable failed) {
        try {
            part.of(member);
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            failed.run();
        }
    }

    /** Whether this thread was interrupted meanwhile, which is to end the work, too. */
    private static boolean awaitEnd(Thread thread, Runnable failed) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
                failed.run();
            }
        }
    }

    private void rethrow() throws IOException {
        Throwable first = failure.get();
        if (first instanceof IOException e) {
            throw e;
        } else if (first instanceof RuntimeException e) {
            throw e;
        } else if (first instanceof Error e) {
            throw e;
        }
    }
}
