package io.wharfgate.storage.memory;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/** Bytes that only ever grow at the end, so that a snapshot can share them. Not thread-safe. */
final class GrowingBytes {

    private byte[] bytes = new byte[0];
    private int size;
    private Instant modified = Instant.EPOCH;

    static GrowingBytes of(byte[] content) {
        GrowingBytes result = new GrowingBytes();
        result.bytes = content.clone();
        result.size = content.length;
        return result;
    }

    int size() {
        return size;
    }

    Instant modified() {
        return modified;
    }

    /** The content is of that moment. */
    GrowingBytes at(Instant now) {
        modified = now;
        return this;
    }

    void append(ByteBuffer source) {
        int needed = Math.addExact(size, source.remaining());
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L)));
        }
        source.get(bytes, size, source.remaining());
        size = needed;
    }

    /** What is there now; later growth does not show in it. */
    ByteBuffer snapshot() {
        return ByteBuffer.wrap(bytes, 0, size).slice().asReadOnlyBuffer();
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
