package io.wharfgate.registry;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The content of a blob, opened for random reads. Deleting the blob meanwhile does not disturb it. Safe for use by
 * several threads at once; whoever opened it closes it.
 */
public interface BlobContent extends Closeable {

    /** Length in bytes. */
    long size();

    /**
     * Reads at most {@code dst.remaining()} bytes from {@code position} on, perhaps fewer.
     *
     * @return the number of bytes read; -1 at or after the end
     */
    int read(ByteBuffer dst, long position) throws IOException;
}
