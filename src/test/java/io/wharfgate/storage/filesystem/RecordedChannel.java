package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file, or directory, of a {@link RecordedDisk}. */
final class RecordedChannel extends PositionedChannel {

    private final DiskLog log;
    private final DiskLog.Step sync;

    /** @param sync what it means to force it */
    RecordedChannel(FileChannel real, DiskLog log, DiskLog.Step sync) {
        super(real);
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
        int written = delegate().write(source, position);
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
        delegate().truncate(size);
        log.add(new DiskLog.Truncate(inode(), size));
        return this;
    }
}
