package io.wharfgate.http;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DefaultByteBufferPool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The buffers in which TLS records wait for the socket, or for their other half. A large one takes several records by one
 * system call; one that holds a single record is enough for a client that is slow, and a thousand of those must not cost
 * more. So each connection begins with large ones, gets small ones when it has left one alone for long, and large ones again when
 * it does not; and of the large ones only a limited number is out at a time. Safe for use by any thread.
 */
final class RecordBuffers {

    /** One TLS record, and what Java may add to one; in bytes. */
    static final int SMALL = 17 * 1024;

    /** Eight records of the most that Java puts into one. */
    static final int LARGE = Integer.getInteger("tp.records", 8) * 16_406 + 512;

    /**
     * Who leaves a buffer alone for longer does not need a large one. How long it is kept says nothing: between the reads of an
     * upload there is nearly always the half of a record in it.
     */
    private static final long SLOW_NANOS = 500_000_000;

    /** Kept by each thread, without a lock. */
    private static final int SMALL_OF_A_THREAD = 12;

    private static final int LARGE_OF_A_THREAD = 2;

    private static final int SHARE_OF_MEMORY = 16;

    private final ByteBufferPool small = new DefaultByteBufferPool(true, SMALL, -1, SMALL_OF_A_THREAD);
    private final ByteBufferPool large = new DefaultByteBufferPool(!Boolean.getBoolean("tp.heap"), LARGE, -1, LARGE_OF_A_THREAD);
    private final AtomicInteger largeLeft;

    /** @param mostLarge so many large buffers may be out at a time */
    RecordBuffers(int mostLarge) {
        this.largeLeft = new AtomicInteger(mostLarge);
    }

    /** With large buffers for a small part of the direct memory that this JVM may use. */
    static RecordBuffers forThisMachine() {
        return new RecordBuffers((int) Math.min(512, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY / LARGE));
    }

    /** For one connection. */
    ByteBufferPool ofConnection() {
        return new OfConnection();
    }

    int largeLeft() {
        return largeLeft.get();
    }

    private boolean takeLarge() {
        if (largeLeft.decrementAndGet() >= 0) {
            return true;
        }
        largeLeft.incrementAndGet();
        return false;
    }

    private final class OfConnection implements ByteBufferPool {

        /** Read and written by two threads at most, neither of which depends on it being exact. */
        private volatile boolean slow;

        @Override
        public PooledByteBuffer allocate() {
            boolean isLarge = !slow && takeLarge();
            return new Borrowed(this, (isLarge ? large : small).allocate(), isLarge);
        }

        private void returned(boolean wasLarge, boolean wasLeftAlone) {
            slow = wasLeftAlone;
            if (wasLarge) {
                largeLeft.incrementAndGet();
            }
        }

        @Override
        public ByteBufferPool getArrayBackedPool() {
            return small.getArrayBackedPool();
        }

        /** The buffers belong to all connections. */
        @Override
        public void close() {}

        @Override
        public int getBufferSize() {
            return SMALL;
        }

        @Override
        public boolean isDirect() {
            return true;
        }
    }

    /** As {@link PooledByteBuffer} has it, closed once or more often; Undertow closes one from one thread at a time. */
    private static final class Borrowed implements PooledByteBuffer {

        private final OfConnection borrower;
        private final PooledByteBuffer buffer;
        private final boolean isLarge;
        private long used = System.nanoTime();
        private boolean leftAlone;
        private boolean returned;

        Borrowed(OfConnection borrower, PooledByteBuffer buffer, boolean isLarge) {
            this.borrower = borrower;
            this.buffer = buffer;
            this.isLarge = isLarge;
        }

        @Override
        public ByteBuffer getBuffer() {
            long now = System.nanoTime();
            leftAlone |= now - used > SLOW_NANOS;
            used = now;
            return buffer.getBuffer();
        }

        @Override
        public void close() {
            if (!returned) {
                returned = true;
                buffer.close();
                borrower.returned(isLarge, leftAlone);
            }
        }

        @Override
        public boolean isOpen() {
            return buffer.isOpen();
        }
    }
}
