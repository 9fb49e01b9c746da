package io.wharfgate.http;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded set of buffers through which all bodies flow. A transfer holds one only while bytes are on their way
 * between socket and disk, never while it waits for a client; so a few of them serve thousands of slow clients, and the
 * memory for bodies has a bound that no client can move. Safe for use by any thread.
 */
public final class TransferBuffers {

    /** Size of one buffer, in bytes: eight TLS records and a little. */
    public static final int BUFFER_SIZE = 128 * 1024;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final Queue<Consumer<ByteBuffer>> waiting = new ArrayDeque<>();
    private final int count;
    private int unmade;

    /** @param count how many buffers there may be; made when first needed */
    public TransferBuffers(int count) {
        this.count = count;
        this.unmade = count;
    }

    /**
     * As many buffers as fit into an eighth of the direct memory that this JVM may use, and 16 to 512 of them. The rest is
     * for connections ({@link ConnectionBudget}).
     */
    public static TransferBuffers forThisMachine() {
        long share = Runtime.getRuntime().maxMemory() / 8;
        return new TransferBuffers((int) Math.max(16, Math.min(512, share / BUFFER_SIZE)));
    }

    /**
     * Takes an empty direct buffer, now or later.
     *
     * @param later handed a buffer when one is free, on the thread that frees it, if there is none now. Must not block,
     *     and must {@link #release} the buffer if it has no use for it any more.
     * @return the buffer, to be given back by {@link #release}; null when {@code later} will get one
     */
    @Nullable
    ByteBuffer acquireOr(Consumer<ByteBuffer> later) {
        synchronized (this) {
            ByteBuffer buffer = free.pollFirst();
            if (buffer != null) {
                return buffer;
            }
            if (unmade == 0) {
                waiting.add(later);
                return null;
            }
            unmade--;
        }
        return ByteBuffer.allocateDirect(BUFFER_SIZE);
    }

    /** Whether a transfer waits for a buffer. */
    synchronized boolean areAwaited() {
        return !waiting.isEmpty();
    }

    /** How many buffers transfers hold just now. */
    public synchronized int inUse() {
        return count - unmade - free.size();
    }

    /** Gives a buffer back; whoever waits longest gets it. */
    void release(ByteBuffer buffer) {
        buffer.clear();
        Consumer<ByteBuffer> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free.addFirst(buffer);
                return;
            }
        }
        next.accept(buffer);
    }
}
