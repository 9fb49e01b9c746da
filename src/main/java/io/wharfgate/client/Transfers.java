package io.wharfgate.client;

import io.wharfgate.client.Progress.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Moves blobs, some at a time. */
final class Transfers {

    private final ImageSource source;
    private final ImageTarget target;
    private final int jobs;
    private final Progress progress;

    Transfers(ImageSource source, ImageTarget target, int jobs, Progress progress) {
        this.source = source;
        this.target = target;
        this.jobs = jobs;
        this.progress = progress;
    }

    /** Comes back when all are there. At the first failure the others are given up. */
    void run(Collection<Descriptor> blobs) throws IOException {
        if (blobs.isEmpty()) {
            return;
        }
        List<Descriptor> largestFirst = new ArrayList<>(blobs);
        // So that the last to end is a small one.
        largestFirst.sort(Comparator.comparingLong(Descriptor::size).reversed());
        progress.expect(blobs.size(), blobs.stream().mapToLong(Descriptor::size).sum());
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(jobs, blobs.size()), named());
        try {
            var ended = new ExecutorCompletionService<Void>(threads);
            largestFirst.forEach(blob -> ended.submit(() -> {
                move(blob);
                return null;
            }));
            for (int i = 0; i < largestFirst.size(); i++) {
                result(ended.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            threads.shutdownNow();
        }
    }

    private static void result(Future<Void> ended) throws IOException, InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("a transfer failed", e.getCause());
        }
    }

    private void move(Descriptor blob) throws IOException {
        Outcome outcome;
        if (target.has(blob)) {
            outcome = Outcome.PRESENT;
        } else if (target.mount(blob, source)) {
            outcome = Outcome.MOUNTED;
        } else {
            target.put(new VerifiedBlob(source, blob, progress::moved));
            outcome = Outcome.MOVED;
        }
        progress.done(blob, outcome);
    }

    private static java.util.concurrent.ThreadFactory named() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "transfer-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
