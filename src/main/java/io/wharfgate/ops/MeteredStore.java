package io.wharfgate.ops;

import io.wharfgate.metrics.Metrics;
import io.wharfgate.ops.StoreMeter.Operation;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.Stamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Any storage, timed and counted. Passes everything on as it is, also what the port has a default for: the storage behind it may
 * know better. Closes that.
 */
public final class MeteredStore implements ObjectStore {

    private final ObjectStore store;
    private final StoreMeter meter;

    public MeteredStore(ObjectStore store, Metrics metrics) {
        this.store = store;
        this.meter = new StoreMeter(metrics);
    }

    @Override
    public OptionalLong size(ObjectKey key) throws IOException {
        return meter.time(Operation.SIZE, () -> store.size(key));
    }

    @Override
    public Optional<Instant> modified(ObjectKey key) throws IOException {
        return meter.time(Operation.MODIFIED, () -> store.modified(key));
    }

    @Override
    public ObjectReader open(ObjectKey key) throws IOException {
        return new MeteredReader(meter.time(Operation.OPEN, () -> store.open(key)), meter);
    }

    @Override
    public byte[] read(ObjectKey key, int limit) throws IOException {
        byte[] content = meter.time(Operation.READ_WHOLE, () -> store.read(key, limit));
        meter.read(content.length);
        return content;
    }

    @Override
    public void put(ObjectKey key, byte[] content) throws IOException {
        meter.time(Operation.PUT, () -> store.put(key, content));
        meter.written(content.length);
    }

    @Override
    public StagedWrite stage(ObjectKey key) throws IOException {
        return new MeteredWrite(meter.time(Operation.STAGE, () -> store.stage(key)), meter);
    }

    @Override
    public StagedWrite resume(ObjectKey key) throws IOException {
        return new MeteredWrite(meter.time(Operation.RESUME, () -> store.resume(key)), meter);
    }

    @Override
    public void delete(ObjectKey key) throws IOException {
        meter.time(Operation.DELETE, () -> store.delete(key));
    }

    @Override
    public BulkDeletion deleteMany() {
        BulkDeletion deletion = store.deleteMany();
        return new BulkDeletion() {
            @Override
            public void delete(ObjectKey key) throws IOException {
                meter.time(Operation.DELETE, () -> deletion.delete(key));
            }

            @Override
            public void finish() throws IOException {
                deletion.finish();
            }
        };
    }

    @Override
    public void prune(ObjectKey prefix) throws IOException {
        meter.time(Operation.PRUNE, () -> store.prune(prefix));
    }

    @Override
    public void deleteTree(ObjectKey prefix) throws IOException {
        meter.time(Operation.DELETE_TREE, () -> store.deleteTree(prefix));
    }

    @Override
    public List<Child> list(ObjectKey prefix) throws IOException {
        return meter.time(Operation.LIST, () -> store.list(prefix));
    }

    @Override
    public List<String> names(ObjectKey prefix) throws IOException {
        return meter.time(Operation.LIST, () -> store.names(prefix));
    }

    @Override
    public Optional<String> version(ObjectKey prefix) throws IOException {
        return store.version(prefix);
    }

    /** Not timed: it is asked several times for each pull of what is in memory, and would be most of what is counted. */
    @Override
    public Optional<Stamp> stamp(ObjectKey key) throws IOException {
        return store.stamp(key);
    }

    @Override
    public void check() throws IOException {
        meter.time(Operation.CHECK, store::check);
    }

    @Override
    public Optional<Space> space() throws IOException {
        return store.space();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private record MeteredReader(ObjectReader reader, StoreMeter meter) implements ObjectReader {

        @Override
        public long size() {
            return reader.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            int n = meter.time(Operation.READ, () -> reader.read(dst, position));
            meter.read(n);
            return n;
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private record MeteredWrite(StagedWrite write, StoreMeter meter) implements StagedWrite {

        @Override
        public long size() {
            return write.size();
        }

        @Override
        public void append(ByteBuffer source) throws IOException {
            int length = source.remaining();
            meter.time(Operation.APPEND, () -> write.append(source));
            meter.written(length);
        }

        @Override
        public void commit(ObjectKey target) throws IOException {
            meter.time(Operation.COMMIT, () -> write.commit(target));
        }

        @Override
        public void close() throws IOException {
            write.close();
        }
    }
}
