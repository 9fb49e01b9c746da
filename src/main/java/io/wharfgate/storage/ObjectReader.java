package io.wharfgate.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object opened for random reads. It goes on reading the same content when the object is replaced or deleted
 * meanwhile. Safe for use by several threads at once; whoever opened it closes it.
 */
public interface ObjectReader extends Closeable {

    /** Length of the content in bytes; does not change. */
    long size();

    /**
     * Reads at most {@code dst.remaining()} bytes from {@code position} on, perhaps fewer.
     *
     * @return the number of bytes read, at least 1 when {@code dst} has room; -1 at or after the end
     */
    int read(ByteBuffer dst, long position) throws IOException;
}
