package io.wharfgate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A store whose n-th write fails. In a crash everything after it fails as well, as if the process were dead: a test
 * goes on with the store below, which is what a new process would find. Writes are put, stage, append, commit, delete
 * and deleteTree. For one thread.
 */
public final class FaultyObjectStore implements ObjectStore {

    /** How far the failing write gets. */
    public enum Fault {
        /** Nothing of it happens. */
        NOTHING_DONE,
        /** What is not atomic happens in part: half of the bytes appended, one part of a tree deleted. */
        TORN,
        /** All of it happens, but nobody is told. */
        ALL_DONE
    }

    private final ObjectStore delegate;
    private long failing;
    private final Fault fault;
    private final Optional<Supplier<IOException>> passing;
    private long writes;
    private long opened;
    private boolean dead;
    private Step before = () -> {};

    private FaultyObjectStore(
            ObjectStore delegate, long failing, Fault fault, Optional<Supplier<IOException>> passing) {
        this.delegate = delegate;
        this.failing = failing;
        this.fault = fault;
        this.passing = passing;
    }

    /** The process dies at the n-th write, counted from 1. */
    public static FaultyObjectStore crashing(ObjectStore delegate, long nth, Fault fault) {
        return new FaultyObjectStore(delegate, nth, fault, Optional.empty());
    }

    /** Nothing fails. */
    public static FaultyObjectStore sound(ObjectStore delegate) {
        return crashing(delegate, Long.MAX_VALUE, Fault.NOTHING_DONE);
    }

    /** The n-th write, counted from 1, does nothing and fails with that error; later ones succeed. */
    public static FaultyObjectStore failingOnce(ObjectStore delegate, long nth, Supplier<IOException> error) {
        return failingOnce(delegate, nth, Fault.NOTHING_DONE, error);
    }

    /**
     * The n-th write, counted from 1, fails with that error, as far as it gets; later ones succeed. An append gets nowhere:
     * a store that goes on keeps nothing of one that has failed.
     */
    public static FaultyObjectStore failingOnce(
            ObjectStore delegate, long nth, Fault fault, Supplier<IOException> error) {
        return new FaultyObjectStore(delegate, nth, fault, Optional.of(error));
    }

    /** Does something before each write, when what came before it has been done. */
    public void beforeEachWrite(Step step) {
        this.before = step;
    }

    /** From now on nothing fails any more, if it has not by now. */
    public void recover() {
        failing = hasFailed() ? failing : Long.MAX_VALUE;
    }

    /** Whether the n-th write has come. */
    public boolean hasFailed() {
        return writes >= failing;
    }

    /** How many objects have been opened for reading. */
    public long opened() {
        return opened;
    }

    @Override
    public OptionalLong size(ObjectKey key) throws IOException {
        requireAlive();
        return delegate.size(key);
    }

    @Override
    public Optional<Instant> modified(ObjectKey key) throws IOException {
        requireAlive();
        return delegate.modified(key);
    }

    @Override
    public ObjectReader open(ObjectKey key) throws IOException {
        requireAlive();
        opened++;
        return delegate.open(key);
    }

    @Override
    public byte[] read(ObjectKey key, int limit) throws IOException {
        requireAlive();
        return delegate.read(key, limit);
    }

    @Override
    public void put(ObjectKey key, byte[] content) throws IOException {
        write(() -> delegate.put(key, content), () -> {});
    }

    @Override
    public StagedWrite stage(ObjectKey key) throws IOException {
        write(() -> delegate.stage(key).close(), () -> {});
        return resume(key);
    }

    @Override
    public StagedWrite resume(ObjectKey key) throws IOException {
        requireAlive();
        return new Staged(delegate.resume(key));
    }

    @Override
    public void delete(ObjectKey key) throws IOException {
        write(() -> delegate.delete(key), () -> {});
    }

    @Override
    public void deleteTree(ObjectKey prefix) throws IOException {
        write(() -> delegate.deleteTree(prefix), () -> {
            List<Child> children = delegate.list(prefix);
            if (!children.isEmpty()) {
                ObjectKey first = prefix.child(children.get(0).name());
                delegate.delete(first);
                delegate.deleteTree(first);
            }
        });
    }

    @Override
    public List<Child> list(ObjectKey prefix) throws IOException {
        requireAlive();
        return delegate.list(prefix);
    }

    @Override
    public void check() throws IOException {
        requireAlive();
        delegate.check();
    }

    @Override
    public void close() {
        // The store below belongs to the test.
    }

    /** Something that a test does in between. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    private void write(Step whole, Step torn) throws IOException {
        requireAlive();
        before.run();
        writes++;
        if (writes != failing) {
            whole.run();
            return;
        }
        dead = passing.isEmpty();
        switch (fault) {
            case NOTHING_DONE -> {}
            case TORN -> torn.run();
            case ALL_DONE -> whole.run();
        }
        throw passing.map(Supplier::get).orElseGet(() -> new IOException("the process died at write " + failing));
    }

    private void requireAlive() throws IOException {
        if (dead) {
            throw new IOException("the process is dead");
        }
    }

    private final class Staged implements StagedWrite {

        private final StagedWrite inner;

        Staged(StagedWrite inner) {
            this.inner = inner;
        }

        @Override
        public long size() {
            return inner.size();
        }

        @Override
        public void append(ByteBuffer source) throws IOException {
            Step half = () -> inner.append(source.slice(source.position(), source.remaining() / 2));
            if (passing.isPresent() && writes + 1 == failing) {
                write(() -> {}, () -> {});
            } else {
                write(() -> inner.append(source), half);
            }
        }

        @Override
        public void commit(ObjectKey target) throws IOException {
            write(() -> inner.commit(target), () -> {});
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }
}
