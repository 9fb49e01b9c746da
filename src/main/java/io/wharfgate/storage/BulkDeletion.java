package io.wharfgate.storage;

import java.io.IOException;

/** Many objects that are deleted together, which spares a disk most of its waiting. For one thread. */
public interface BulkDeletion {

    /** Deletes one object, if it is there. Nobody finds it any more; after a loss of power it may be back. */
    void delete(ObjectKey key) throws IOException;

    /** Makes all deletions durable that have not been yet. Can go on afterwards. */
    void finish() throws IOException;
}
