package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file on a disk that is full, or broken, as soon as a test says so. */
final class FailingChannel extends PositionedChannel {

    long room = Long.MAX_VALUE;
    boolean failSync;
    boolean canTruncate = true;

    FailingChannel(FileChannel delegate) {
        super(delegate);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        if (room == 0) {
            throw new IOException("No space left on device");
        }
        // As write(2) does: the last write that fits in part is a short one.
        int limit = source.limit();
        source.limit((int) Math.min(limit, source.position() + room));
        int written = delegate().write(source, position);
        source.limit(limit);
        room -= written;
        return written;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (failSync) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (!canTruncate) {
            throw new IOException("Input/output error");
        }
        delegate().truncate(size);
        return this;
    }
}
