package io.wharfgate.storage.filesystem;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Whole reads and writes. In slices: the JDK copies a heap buffer through a direct one of the same size, and keeps that
 * for the life of the thread.
 */
final class FileBytes {

    private static final int SLICE = 64 * 1024;

    private FileBytes() {}

    /** Writes all that is left of the source, from that position on. */
    static void write(FileChannel channel, ByteBuffer source, long position) throws IOException {
        int end = source.limit();
        long at = position;
        try {
            while (source.position() < end) {
                source.limit(Math.min(end, source.position() + SLICE));
                at += channel.write(source, at);
            }
        } finally {
            source.limit(end);
        }
    }

    /** Reads that many bytes from the start. */
    static byte[] read(FileChannel channel, int size) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(size);
        while (target.position() < size) {
            target.limit(Math.min(size, target.position() + SLICE));
            if (channel.read(target, target.position()) < 0) {
                throw new EOFException("file became shorter while it was read");
            }
        }
        return target.array();
    }
}
