package io.wharfgate.storage.memory;

import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Objects on the heap. It can be given a capacity, and is then full like a disk is: a write beyond it fails and leaves
 * what was there.
 */
public final class MemoryStore implements ObjectStore {

    // Guarded by "this", as are the contents themselves.
    private final NavigableMap<String, GrowingBytes> objects = new TreeMap<>();
    private final Clock clock;
    private long used;
    private long capacity;

    /** A store without a limit of its own. */
    public MemoryStore() {
        this(Long.MAX_VALUE);
    }

    /** @param capacity bytes that all objects together may have */
    public MemoryStore(long capacity) {
        this(capacity, Clock.systemUTC());
    }

    /** @param clock says when objects are written */
    public MemoryStore(Clock clock) {
        this(Long.MAX_VALUE, clock);
    }

    private MemoryStore(long capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    /** Changes the number of bytes that all objects together may have, as if somebody had cleared up or filled the disk. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    @Override
    public synchronized OptionalLong size(ObjectKey key) {
        GrowingBytes content = objects.get(key.value());
        return content == null ? OptionalLong.empty() : OptionalLong.of(content.size());
    }

    @Override
    public synchronized Optional<Instant> modified(ObjectKey key) {
        return Optional.ofNullable(objects.get(key.value())).map(GrowingBytes::modified);
    }

    @Override
    public synchronized ObjectReader open(ObjectKey key) throws IOException {
        return new MemoryReader(existing(key).snapshot());
    }

    @Override
    public synchronized byte[] read(ObjectKey key, int limit) throws IOException {
        GrowingBytes content = existing(key);
        if (content.size() > limit) {
            throw new ObjectTooLargeException(key, content.size(), limit);
        }
        return content.toBytes();
    }

    @Override
    public synchronized void put(ObjectKey key, byte[] content) throws IOException {
        requireNoCollision(key);
        GrowingBytes before = objects.get(key.value());
        grow((long) content.length - (before == null ? 0 : before.size()));
        objects.put(key.value(), GrowingBytes.of(content).at(clock.instant()));
    }

    @Override
    public synchronized StagedWrite stage(ObjectKey key) throws IOException {
        requireNoCollision(key);
        if (objects.containsKey(key.value())) {
            throw new FileAlreadyExistsException(key.value());
        }
        grow(0);
        GrowingBytes content = new GrowingBytes().at(clock.instant());
        objects.put(key.value(), content);
        return new MemoryStagedWrite(this, key, content);
    }

    @Override
    public synchronized StagedWrite resume(ObjectKey key) throws IOException {
        return new MemoryStagedWrite(this, key, existing(key));
    }

    @Override
    public synchronized void delete(ObjectKey key) {
        GrowingBytes content = objects.remove(key.value());
        used -= content == null ? 0 : content.size();
    }

    @Override
    public synchronized void deleteTree(ObjectKey prefix) {
        SortedMap<String, GrowingBytes> tree = below(prefix);
        used -= tree.values().stream().mapToLong(GrowingBytes::size).sum();
        tree.clear();
    }

    @Override
    public synchronized List<Child> list(ObjectKey prefix) {
        int from = prefix.value().length() + 1;
        Map<String, Child> children = new TreeMap<>();
        for (String key : below(prefix).keySet()) {
            int slash = key.indexOf('/', from);
            String name = slash < 0 ? key.substring(from) : key.substring(from, slash);
            children.putIfAbsent(name, new Child(name, slash >= 0));
        }
        return new ArrayList<>(children.values());
    }

    @Override
    public void check() {
        // The heap is always there.
    }

    @Override
    public void close() {
        // The garbage collector's job.
    }

    synchronized void append(GrowingBytes content, ByteBuffer source) throws IOException {
        grow(source.remaining());
        content.append(source);
        content.at(clock.instant());
    }

    synchronized void commit(ObjectKey key, GrowingBytes content, ObjectKey target) throws IOException {
        if (objects.get(key.value()) != content) {
            throw new NoSuchObjectException(key);
        }
        requireNoCollision(target);
        objects.remove(key.value());
        GrowingBytes there = objects.get(target.value());
        if (there == null || there.size() != content.size()) {
            objects.put(target.value(), content);
        } else {
            there.at(clock.instant());
        }
        used -= there == null ? 0 : there.size();
    }

    private GrowingBytes existing(ObjectKey key) throws NoSuchObjectException {
        GrowingBytes content = objects.get(key.value());
        if (content == null) {
            throw new NoSuchObjectException(key);
        }
        return content;
    }

    private SortedMap<String, GrowingBytes> below(ObjectKey prefix) {
        // '0' follows '/' in ASCII.
        return objects.subMap(prefix.value() + "/", prefix.value() + "0");
    }

    private void requireNoCollision(ObjectKey key) throws IOException {
        String text = key.value();
        for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
            if (objects.containsKey(text.substring(0, slash))) {
                throw new IOException("an object is in the way above " + key);
            }
        }
        if (!below(key).isEmpty()) {
            throw new IOException("other objects are below " + key);
        }
    }

    private void grow(long more) throws StorageFullException {
        if (more > capacity - used) {
            throw new StorageFullException("memory store is full: " + used + " of " + capacity + " bytes are used");
        }
        used += more;
    }
}
