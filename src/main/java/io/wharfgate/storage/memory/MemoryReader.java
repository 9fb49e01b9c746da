package io.wharfgate.storage.memory;

import io.wharfgate.storage.ObjectReader;
import java.nio.ByteBuffer;

/** Reads a snapshot of an object's bytes. */
final class MemoryReader implements ObjectReader {

    private final ByteBuffer content;

    MemoryReader(ByteBuffer content) {
        this.content = content;
    }

    @Override
    public long size() {
        return content.limit();
    }

    @Override
    public int read(ByteBuffer dst, long position) {
        if (position >= content.limit()) {
            return -1;
        }
        int from = (int) position;
        int length = Math.min(dst.remaining(), content.limit() - from);
        dst.put(content.slice(from, length));
        return length;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
