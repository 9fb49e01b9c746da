package io.wharfgate.http;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DefaultByteBufferPool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The buffers in which TLS records wait for the socket, or for their other half. A large one takes several records by one
 * system call; one that holds a single record is enough for a client that is slow, and a thousand of those must not cost
 * more. So each connection begins with large ones, gets small ones when it has left one alone for long, and large ones again when
 * it does not; and of the large ones only a limited number is out at a time. Safe for use by any thread.
 *
 * <p>The large ones are arrays: Java's AES-GCM works on arrays, and with other buffers copies each record once more than the copy
 * that the socket then needs.
 */
final class RecordBuffers {

    /** One TLS record, and what Java may add to one; in bytes. */
    static final int SMALL = 17 * 1024;

    /** Four records of the most that Java puts into one, and the room that it wants for the last. */
    static final int LARGE = 4 * 16_406 + 512;

    /**
     * Who leaves a buffer alone for longer does not need a large one. How long it is kept says nothing: between the reads of an
     * upload there is nearly always the half of a record in it.
     */
    static final long SLOW_NANOS = 500_000_000;

    /** Kept by each thread, without a lock. */
    private static final int SMALL_OF_A_THREAD = 12;

    private static final int LARGE_OF_A_THREAD = 2;

    private static final int SHARE_OF_HEAP = 16;

    private final ByteBufferPool small = new DefaultByteBufferPool(true, SMALL, -1, SMALL_OF_A_THREAD);
    private final ByteBufferPool large = new DefaultByteBufferPool(false, LARGE, -1, LARGE_OF_A_THREAD);
    private final AtomicInteger largeLeft;
    private final LongSupplier nanos;

    /**
     * @param mostLarge so many large buffers may be out at a time
     * @param nanos as {@link System#nanoTime}
     */
    RecordBuffers(int mostLarge, LongSupplier nanos) {
        this.largeLeft = new AtomicInteger(mostLarge);
        this.nanos = nanos;
    }

    /** With large buffers for a small part of this JVM's heap. */
    static RecordBuffers forThisMachine() {
        return new RecordBuffers(
                (int) Math.min(512, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / LARGE), System::nanoTime);
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

        /** Written by two threads at most, for reading and for writing; the last one counts. */
        private volatile boolean slow;

        @Override
        public PooledByteBuffer allocate() {
            boolean isLarge = !slow && takeLarge();
            return new Borrowed((isLarge ? large : small).allocate(), isLarge);
        }

        private void takeBack(boolean wasLarge, boolean wasLeftAlone) {
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

        /** Closed once or more often; used and closed by one thread at a time. */
        private final class Borrowed implements PooledByteBuffer {

            private final PooledByteBuffer buffer;
            private final boolean isLarge;
            private long used = nanos.getAsLong();
            private boolean leftAlone;
            private boolean returned;

            Borrowed(PooledByteBuffer buffer, boolean isLarge) {
                this.buffer = buffer;
                this.isLarge = isLarge;
            }

            @Override
            public ByteBuffer getBuffer() {
                long now = nanos.getAsLong();
                leftAlone |= now - used > SLOW_NANOS;
                used = now;
                return buffer.getBuffer();
            }

            @Override
            public void close() {
                if (!returned) {
                    returned = true;
                    buffer.close();
                    takeBack(isLarge, leftAlone);
                }
            }

            @Override
            public boolean isOpen() {
                return buffer.isOpen();
            }
        }
    }
}
