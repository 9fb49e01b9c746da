package io.wharfgate.storage.memory;

import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A staged write into a {@link MemoryStore}, which does the locking. */
final class MemoryStagedWrite implements StagedWrite {

    private final MemoryStore store;
    private final ObjectKey key;
    private final GrowingBytes content;
    private boolean closed;

    MemoryStagedWrite(MemoryStore store, ObjectKey key, GrowingBytes content) {
        this.store = store;
        this.key = key;
        this.content = content;
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public void append(ByteBuffer source) throws IOException {
        requireOpen();
        store.append(content, source);
    }

    @Override
    public void commit(ObjectKey target) throws IOException {
        requireOpen();
        store.commit(key, content, target);
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("staged write of " + key + " is closed");
        }
    }
}
