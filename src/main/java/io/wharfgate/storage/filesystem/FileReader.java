package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file. Its length is taken once: what is read agrees with the length that was announced. */
final class FileReader implements ObjectReader {

    private final FileChannel channel;
    private final long size;

    FileReader(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (position >= size) {
            return -1;
        }
        int limit = dst.limit();
        try {
            dst.limit((int) Math.min(limit, dst.position() + (size - position)));
            return channel.read(dst, position);
        } finally {
            dst.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
