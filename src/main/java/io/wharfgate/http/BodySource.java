package io.wharfgate.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Content that can be read at any offset, by one thread at a time. */
public interface BodySource extends Closeable {

    /**
     * Reads some bytes at that offset; may wait for disks.
     *
     * @return number of bytes read, at least 1, or -1 at the end
     */
    int read(ByteBuffer into, long position) throws IOException;
}
