package io.wharfgate.auth;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers about as many entries as it has room for, those that are used before others. Bounded by two generations: what is
 * used moves to the young one, and when that is half of the capacity, the old one is dropped. That is nearly "least recently
 * used", and a hit takes no lock: it is asked on I/O threads. Safe for use by any thread.
 *
 * @param <K> of small and bounded size
 */
public final class RecentlyUsed<K, V> {

    private final int generationSize;
    private volatile Generations<K, V> generations =
            new Generations<>(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

    /** @param capacity about how many entries are remembered, at least 2 */
    public RecentlyUsed(int capacity) {
        if (capacity < 2) {
            throw new IllegalArgumentException("the capacity must be at least 2");
        }
        this.generationSize = capacity / 2;
    }

    /** What is remembered under the key; looking does not count as use. */
    public Optional<V> find(K key) {
        Generations<K, V> current = generations;
        V young = current.young.get(key);
        return Optional.ofNullable(young != null ? young : current.old.get(key));
    }

    /** Notes that an entry which was found is used. */
    public void use(K key, V value) {
        if (!generations.young.containsKey(key)) {
            put(key, value);
        }
    }

    public void put(K key, V value) {
        Generations<K, V> current = generations;
        current.old.remove(key);
        current.young.put(key, value);
        if (current.young.size() >= generationSize) {
            age(current);
        }
    }

    public void remove(K key, V value) {
        Generations<K, V> current = generations;
        current.young.remove(key, value);
        current.old.remove(key, value);
    }

    /** How many are remembered, those that wait to be dropped among them. */
    public int size() {
        Generations<K, V> current = generations;
        return current.young.size() + current.old.size();
    }

    /**
     * Whoever comes second finds the generations moved on already. An entry put in between lands in what is the old
     * generation by then, where it is looked for too.
     */
    private synchronized void age(Generations<K, V> full) {
        if (generations == full) {
            generations = new Generations<>(new ConcurrentHashMap<>(), full.young);
        }
    }

    // No record: two of them are the same only if they are one.
    private static final class Generations<K, V> {

        private final ConcurrentMap<K, V> young;
        private final ConcurrentMap<K, V> old;

        Generations(ConcurrentMap<K, V> young, ConcurrentMap<K, V> old) {
            this.young = young;
            this.old = old;
        }
    }
}
