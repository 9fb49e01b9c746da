package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is appended to one file on to the disk while more arrives, so that the fsync of the commit finds little
 * left to do: containerd gives up when the answer to a commit takes more than 30 s. One fsync at a time for each file.
 *
 * <p>Linux reports a failed write once, to whichever fsync asks first, and forgets about it: an error of the background
 * is therefore kept for the thread that appends. Used by one thread at a time, beside the background's own.
 */
final class Writeback {

    /** Bytes between two background fsyncs. */
    static final long STEP = 16L << 20;

    /** Bytes not known to be on the disk above which appending waits for the disk. */
    private static final long MOST_AHEAD = 4 * STEP;

    private final FileChannel channel;
    private final Executor background;
    private @Nullable FutureTask<Void> running;
    private long runningTo;
    private long requestedTo;
    private long safe;

    /** @param size the file's length now, on the disk or not */
    Writeback(FileChannel channel, Executor background, long size) {
        this.channel = channel;
        this.background = background;
        this.requestedTo = size;
    }

    /** Bytes from the start that are known to be on the disk. Those of an earlier process are not. */
    long safe() {
        return safe;
    }

    /**
     * The file has grown to that many bytes.
     *
     * @throws IOException when the disk has failed to keep something; what lies beyond {@link #safe} is lost
     */
    void grownTo(long size) throws IOException {
        if (running != null && (running.isDone() || size - runningTo > MOST_AHEAD)) {
            await(running);
        }
        if (running == null && size - requestedTo >= STEP) {
            requestedTo = size;
            runningTo = size;
            running = new FutureTask<>(() -> {
                channel.force(false);
                return null;
            });
            background.execute(running);
        }
    }

    /** Returns once nothing goes on in the background any more. */
    void settle() throws IOException {
        if (running != null) {
            await(running);
        }
    }

    /** Returns once everything is on the disk. */
    void finish(long size) throws IOException {
        settle();
        channel.force(true);
        safe = size;
    }

    private void await(FutureTask<Void> task) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    safe = runningTo;
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException("writing to the disk failed: " + e.getMessage(), e);
                }
            }
        } finally {
            running = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
