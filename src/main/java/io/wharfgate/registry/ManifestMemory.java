package io.wharfgate.registry;

import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The manifests that were asked for lately, by what they were asked for. It forgets by itself only what nobody asks for: whether
 * something still holds is looked at whenever it is used ({@link Manifests#confirm}).
 *
 * <p>Bounded by bytes, in two generations: what is used moves to the young one, and when that has half of the bytes, the old one
 * is dropped. A hit takes no lock: it is asked on I/O threads. Safe for use by any thread.
 */
final class ManifestMemory {

    /** Of the heap: 16 MiB of 256, which are some 5000 manifests. */
    private static final int SHARE = 16;

    private static final long MOST = 64L << 20;

    /** One of those that are larger must not drive a hundred others out. */
    private static final int LARGEST = 256 << 10;

    /** What an entry takes besides its content: names, keys and stamps. */
    private static final long OVERHEAD = 2048;

    private final long generationBytes;
    private volatile Generations generations = new Generations(new Generation(), new Generation());

    private record Key(RepositoryName name, Reference reference) {}

    // No record: two of them are the same only if they are one.
    private static final class Generation {

        private final ConcurrentMap<Key, RememberedManifest> entries = new ConcurrentHashMap<>();
        private final AtomicLong bytes = new AtomicLong();
    }

    private record Generations(Generation young, Generation old) {}

    /** @param bytes about as many are taken at the most */
    ManifestMemory(long bytes) {
        this.generationBytes = bytes / 2;
    }

    static ManifestMemory forThisHeap() {
        return new ManifestMemory(Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE));
    }

    /** Never blocks. */
    Optional<RememberedManifest> find(RepositoryName name, Reference reference) {
        Generations current = generations;
        Key key = new Key(name, reference);
        RememberedManifest young = current.young.entries.get(key);
        if (young != null) {
            return Optional.of(young);
        }
        RememberedManifest old = current.old.entries.get(key);
        if (old != null) {
            put(key, old);
        }
        return Optional.ofNullable(old);
    }

    /** Keeps what was just read, if it is small enough, and can be known again. */
    void keep(RememberedManifest manifest) {
        if (manifest.evidence().sound() && manifest.manifest().content().length <= LARGEST) {
            put(key(manifest), manifest);
        }
    }

    void forget(RememberedManifest manifest) {
        Generations current = generations;
        Key key = key(manifest);
        if (current.young.entries.remove(key, manifest)) {
            current.young.bytes.addAndGet(-weight(manifest));
        }
        current.old.entries.remove(key, manifest);
    }

    /** Of all that is remembered, what waits to be dropped among it. */
    long bytes() {
        Generations current = generations;
        return current.young.bytes.get() + current.old.bytes.get();
    }

    private void put(Key key, RememberedManifest manifest) {
        Generation young = generations.young;
        RememberedManifest before = young.entries.put(key, manifest);
        long added = weight(manifest) - (before == null ? 0 : weight(before));
        if (young.bytes.addAndGet(added) >= generationBytes) {
            age(young);
        }
    }

    /** Whoever comes second finds the generations moved on already. */
    private synchronized void age(Generation full) {
        if (generations.young == full) {
            generations = new Generations(new Generation(), full);
        }
    }

    private static Key key(RememberedManifest manifest) {
        return new Key(manifest.name(), manifest.reference());
    }

    private static long weight(RememberedManifest manifest) {
        return OVERHEAD + manifest.manifest().content().length;
    }
}
