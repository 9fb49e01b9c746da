package io.wharfgate.auth;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Remembers which credentials were right, so that a push of a thousand requests costs one bcrypt. Successes only: nothing is
 * ever refused from memory.
 *
 * <p>An entry holds the stored password that it was checked against, and is worth nothing once the user's is another one. As
 * the same password and the same hash always give the same answer, use may prolong an entry: it expires when nobody has used
 * it for a while. Were it to expire in the middle of use, a flood of wrong passwords could keep its owner out.
 *
 * <p>Bounded by two generations: what is used moves to the young one, and when that is half of the capacity, the old one is
 * dropped. That is nearly "least recently used", and a hit takes no lock: it is asked on I/O threads. Safe for use by any
 * thread.
 */
final class VerifiedCredentials {

    private final int generationSize;
    private final long idleNanos;
    private final LongSupplier nanoTime;
    private volatile Generations generations = new Generations(empty(), empty());

    /**
     * @param capacity about how many credentials are remembered, at least 2
     * @param idle how long after its last use
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    VerifiedCredentials(int capacity, Duration idle, LongSupplier nanoTime) {
        if (capacity < 2 || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("the cache needs a capacity of at least 2 and a positive idle time");
        }
        this.generationSize = capacity / 2;
        this.idleNanos = idle.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether these credentials were right when they were checked against this very stored password. */
    boolean contains(CredentialMac.Tag tag, StoredPassword stored) {
        Generations current = generations;
        Entry entry = current.young.get(tag);
        boolean young = entry != null;
        if (entry == null) {
            entry = current.old.get(tag);
        }
        if (entry == null) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (!entry.stored.equals(stored) || now - entry.lastUsed > idleNanos) {
            current.young.remove(tag, entry);
            current.old.remove(tag, entry);
            return false;
        }
        entry.lastUsed = now;
        if (!young) {
            put(tag, entry);
        }
        return true;
    }

    void add(CredentialMac.Tag tag, StoredPassword stored) {
        put(tag, new Entry(stored, nanoTime.getAsLong()));
    }

    /** How many are remembered, those that wait to be dropped among them. */
    int size() {
        Generations current = generations;
        return current.young.size() + current.old.size();
    }

    private void put(CredentialMac.Tag tag, Entry entry) {
        Generations current = generations;
        current.old.remove(tag);
        current.young.put(tag, entry);
        if (current.young.size() >= generationSize) {
            age(current);
        }
    }

    /**
     * Whoever comes second finds the generations moved on already. An entry put in between lands in what is the old
     * generation by then, where it is looked for too.
     */
    private synchronized void age(Generations full) {
        if (generations == full) {
            generations = new Generations(empty(), full.young);
        }
    }

    private static ConcurrentMap<CredentialMac.Tag, Entry> empty() {
        return new ConcurrentHashMap<>();
    }

    private static final class Generations {

        private final ConcurrentMap<CredentialMac.Tag, Entry> young;
        private final ConcurrentMap<CredentialMac.Tag, Entry> old;

        Generations(ConcurrentMap<CredentialMac.Tag, Entry> young, ConcurrentMap<CredentialMac.Tag, Entry> old) {
            this.young = young;
            this.old = old;
        }
    }

    private static final class Entry {

        private final StoredPassword stored;
        private volatile long lastUsed;

        Entry(StoredPassword stored, long now) {
            this.stored = stored;
            this.lastUsed = now;
        }
    }
}
