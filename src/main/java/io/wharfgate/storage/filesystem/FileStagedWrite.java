package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that is appended to where it lies, and renamed when it is committed. */
final class FileStagedWrite implements StagedWrite {

    /** Puts the finished file where it belongs. */
    @FunctionalInterface
    interface Placement {
        void place(ObjectKey target) throws IOException;
    }

    private final FileChannel channel;
    private final Writeback writeback;
    private final Placement placement;
    private long size;
    private boolean broken;

    FileStagedWrite(FileChannel channel, Writeback writeback, Placement placement) throws IOException {
        this.channel = channel;
        this.writeback = writeback;
        this.placement = placement;
        this.size = channel.size();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void append(ByteBuffer source) throws IOException {
        requireUsable();
        int length = source.remaining();
        try {
            FileBytes.write(channel, source, size);
        } catch (IOException e) {
            cutBackTo(size, e);
            throw DiskErrors.told(e);
        }
        size += length;
        try {
            writeback.grownTo(size);
        } catch (IOException e) {
            // Nothing is known of the bytes since the last good fsync, and reading them back would only show the
            // cache: let the client send them again.
            cutBackTo(writeback.safe(), e);
            throw DiskErrors.told(e);
        }
    }

    @Override
    public void commit(ObjectKey target) throws IOException {
        requireUsable();
        try {
            writeback.finish(size);
        } catch (IOException e) {
            cutBackTo(writeback.safe(), e);
            throw DiskErrors.told(e);
        }
        try {
            placement.place(target);
        } catch (IOException e) {
            throw DiskErrors.told(e);
        }
        channel.close();
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try {
            // An error that the background has been told of is told to nobody else, not even to the next process.
            writeback.settle();
        } catch (IOException e) {
            cutBackTo(writeback.safe(), e);
            throw DiskErrors.told(e);
        } finally {
            channel.close();
        }
    }

    private void cutBackTo(long length, IOException after) {
        try {
            channel.truncate(length);
            size = length;
        } catch (IOException e) {
            broken = true;
            after.addSuppressed(e);
        }
    }

    private void requireUsable() throws IOException {
        if (broken) {
            throw new IOException("staged write failed before and its length is not known; open it again");
        }
        if (!channel.isOpen()) {
            throw new IOException("staged write is closed");
        }
    }
}
