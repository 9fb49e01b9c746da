package io.wharfgate.storage;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps bytes under keys. This is the contract of every driver; {@code ObjectStoreContract} tests it.
 *
 * <ul>
 *   <li>Every method may block on the storage, and on nothing else. All are safe for use by any thread.
 *   <li>A write that has returned is durable: it survives the death of the process and, where the driver writes to a
 *       disk of its own, a loss of power. A reader sees the old content or the new one, whole.
 *   <li>There is no {@code move}: object stores have none. Large objects are {@linkplain #stage staged} and committed.
 *   <li>A key is either an object or holds others below it. A write that would make it both fails; a read of the wrong
 *       kind finds nothing.
 *   <li>"Not there" is told apart from "cannot look": storage that is out of reach is an {@link IOException}, never an
 *       absent object.
 *   <li>Messages of exceptions are for the operator and may name places in the storage.
 * </ul>
 *
 * <p>Whoever made the store closes it, after the last of its readers and staged writes.
 */
public interface ObjectStore extends Closeable {

    /** Length of the object in bytes; empty when there is none. */
    OptionalLong size(ObjectKey key) throws IOException;

    /**
     * When the content of the object was last written, by the storage's clock; to the millisecond or so. Empty when there
     * is none.
     */
    Optional<Instant> modified(ObjectKey key) throws IOException;

    /** Opens an object for random reads. The caller closes it.
     *
     * @throws NoSuchObjectException when there is none
     */
    ObjectReader open(ObjectKey key) throws IOException;

    /**
     * Reads a small object whole.
     *
     * @param limit longest content to take, in bytes
     * @throws NoSuchObjectException when there is none
     * @throws ObjectTooLargeException when it is longer than {@code limit}
     */
    byte[] read(ObjectKey key, int limit) throws IOException;

    /**
     * Writes a small object whole, replacing what is there.
     *
     * @throws StorageFullException when there is no room; what was there before is still there
     */
    void put(ObjectKey key, byte[] content) throws IOException;

    /**
     * Begins an object that grows by appending, empty and durable at once, at a key where nothing is yet. Until its
     * commit it can be read at that key like any object.
     *
     * @throws java.nio.file.FileAlreadyExistsException when something is there
     * @throws StorageFullException when there is no room
     */
    StagedWrite stage(ObjectKey key) throws IOException;

    /**
     * Goes on with what {@link #stage} began, in this process or an earlier one, at its end.
     *
     * @throws NoSuchObjectException when there is none
     */
    StagedWrite resume(ObjectKey key) throws IOException;

    /** Deletes one object. Does nothing when there is none. */
    void delete(ObjectKey key) throws IOException;

    /** Begins to delete many objects, in an order that a loss of power need not keep. */
    default BulkDeletion deleteMany() {
        return new BulkDeletion() {
            @Override
            public void delete(ObjectKey key) throws IOException {
                ObjectStore.this.delete(key);
            }

            @Override
            public void finish() {
                // each was durable already
            }
        };
    }

    /**
     * Clears away what is at and below a key and holds no object at all, and what is above it and thereby has become empty.
     * Harms nothing that is written meanwhile. Does nothing where the storage knows objects only.
     */
    default void prune(ObjectKey prefix) throws IOException {
        // Only a storage with directories has empty ones.
    }

    /** Deletes every object below a key, in no particular order and not atomically. Does nothing when there is none. */
    void deleteTree(ObjectKey prefix) throws IOException;

    /**
     * What is immediately below a key, in ASCII order; empty when there is nothing. Takes time and memory by their
     * number. A name here may be one that no key can have, when somebody else put it there.
     */
    List<Child> list(ObjectKey prefix) throws IOException;

    /**
     * The names of {@link #list} alone, which a driver may know at a fraction of the cost; in any order, empty when
     * there is nothing.
     */
    default List<String> names(ObjectKey prefix) throws IOException {
        return list(prefix).stream().map(Child::name).toList();
    }

    /**
     * Something that is another as soon as anything immediately below a key has been added or removed, by whomever: as
     * long as it is the same, an earlier answer of {@link #names} holds, if it was asked for after this was. Empty when
     * the driver cannot tell, or not for sure.
     */
    default Optional<String> version(ObjectKey prefix) throws IOException {
        return Optional.empty();
    }

    /**
     * Something that is another as soon as the object has been written or replaced, by whomever, or as soon as anything
     * immediately below a key has been added or removed: as long as it is the same, what was read after it was asked for still
     * holds. Costs a fraction of a read. Empty when there is nothing, or when the driver cannot tell, or not for sure: then it
     * has to be read.
     */
    default Optional<Stamp> stamp(ObjectKey key) throws IOException {
        return Optional.empty();
    }

    /**
     * Whether the storage can be read and written right now.
     *
     * @throws IOException when it cannot, saying why
     */
    void check() throws IOException;

    /** The room on the disk that the storage is on; empty when there is no such thing. */
    default Optional<Space> space() throws IOException {
        return Optional.empty();
    }

    @Override
    void close() throws IOException;

    /**
     * Room, in bytes.
     *
     * @param free what this process may still write, by what the disk says
     * @param total the disk's size
     */
    record Space(long free, long total) {}

    /**
     * Something immediately below a key.
     *
     * @param name its last segment
     * @param container whether it holds others rather than being an object; it may turn out to be empty
     */
    record Child(String name, boolean container) {}
}
