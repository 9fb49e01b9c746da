package io.wharfgate.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object that grows by appending, until it is committed to the key where it shall stay. What has been appended
 * outlives {@link #close} and the process, and is gone on with by {@link ObjectStore#resume}. For one thread at a time;
 * whoever opened it closes it. Two open writes of one key are the callers' mistake, and are not detected.
 */
public interface StagedWrite extends Closeable {

    /** Bytes that are there, those of earlier processes included. */
    long size();

    /**
     * Appends all that {@code source} still holds. It is readable and survives the death of the process when this
     * returns; it survives a loss of power only after {@link #commit}. When it fails, nothing of it is kept, and
     * {@link #size} says what is left: usually what was there before, less when the disk lost what it had taken.
     *
     * @throws StorageFullException when there is no room
     */
    void append(ByteBuffer source) throws IOException;

    /**
     * Moves everything to {@code target}, atomically and durably; quick, however much it is. An object of the same size
     * that is there already is kept and this one dropped: keys of large objects are named by their content. One of
     * another size is replaced. Afterwards only {@link #close} may be called. When it fails, either the staged bytes
     * are still where they were, or the target is whole.
     *
     * @throws StorageFullException when there is no room
     */
    void commit(ObjectKey target) throws IOException;

    /** Lets go of it and keeps what is there. Does nothing after {@link #commit} or when called again. */
    @Override
    void close() throws IOException;
}
