package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file, or directory, of a {@link RecordedDisk}. */
final class RecordedChannel extends FileChannel {

    private final FileChannel real;
    private final DiskLog log;
    private final DiskLog.Step sync;

    /** @param sync what it means to force it */
    RecordedChannel(FileChannel real, DiskLog log, DiskLog.Step sync) {
        this.real = real;
        this.log = log;
        this.sync = sync;
    }

    private int inode() {
        return ((DiskLog.Sync) sync).inode();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        log.attempt();
        byte[] content = new byte[source.remaining()];
        source.duplicate().get(content);
        int written = real.write(source, position);
        log.add(new DiskLog.Write(inode(), position, content));
        return written;
    }

    /** To the log alone: the real disk need not work for it. */
    @Override
    public void force(boolean metaData) throws IOException {
        log.attempt();
        log.add(sync);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        log.attempt();
        real.truncate(size);
        log.add(new DiskLog.Truncate(inode(), size));
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
