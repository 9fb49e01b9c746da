package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecordBuffersTest {

    private static final long LONG = RecordBuffers.SLOW_NANOS + 1;

    private final AtomicLong clock = new AtomicLong();
    private final RecordBuffers buffers = new RecordBuffers(2, clock::get);
    private final ByteBufferPool connection = buffers.ofConnection();

    @Test
    void aConnectionThatKeepsPaceHasLargeOnes() {
        for (int i = 0; i < 10; i++) {
            PooledByteBuffer buffer = connection.allocate();
            clock.addAndGet(RecordBuffers.SLOW_NANOS);
            assertThat(buffer.getBuffer().remaining()).isEqualTo(RecordBuffers.LARGE);
            buffer.close();
        }
        assertThat(buffers.largeLeft()).isEqualTo(2);
    }

    @Test
    void oneThatLeavesItsBufferAloneGetsASmallOneAndWhenItMovesOnALargeOneAgain() {
        PooledByteBuffer first = connection.allocate();
        clock.addAndGet(LONG);
        first.getBuffer();
        first.close();
        assertThat(sizeOfNext()).isEqualTo(RecordBuffers.SMALL);
        assertThat(sizeOfNext()).isEqualTo(RecordBuffers.LARGE);
    }

    @Test
    void keepingABufferForLongIsNoSlownessAsLongAsItIsUsed() {
        PooledByteBuffer first = connection.allocate();
        for (int i = 0; i < 10; i++) {
            clock.addAndGet(RecordBuffers.SLOW_NANOS);
            first.getBuffer();
        }
        first.close();
        assertThat(sizeOfNext()).isEqualTo(RecordBuffers.LARGE);
    }

    @Test
    void onlySoManyLargeOnesAreOut() {
        PooledByteBuffer first = connection.allocate();
        PooledByteBuffer second = buffers.ofConnection().allocate();
        PooledByteBuffer third = buffers.ofConnection().allocate();
        assertThat(third.getBuffer().remaining()).isEqualTo(RecordBuffers.SMALL);
        first.close();
        first.close();
        assertThat(buffers.largeLeft()).isEqualTo(1);
        second.close();
        third.close();
        assertThat(buffers.largeLeft()).isEqualTo(2);
    }

    private int sizeOfNext() {
        PooledByteBuffer next = connection.allocate();
        int size = next.getBuffer().remaining();
        next.close();
        return size;
    }
}
