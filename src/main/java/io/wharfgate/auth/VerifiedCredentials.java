package io.wharfgate.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Remembers which credentials were right, so that a push of a thousand requests costs one bcrypt. Successes only: nothing is
 * ever refused from memory.
 *
 * <p>An entry holds the stored password that it was checked against, and is worth nothing once the user's is another one. As
 * the same password and the same hash always give the same answer, use may prolong an entry: it expires when nobody has used
 * it for a while. Were it to expire in the middle of use, a flood of wrong passwords could keep its owner out.
 *
 * <p>Bounded, and a hit takes no lock, as {@link RecentlyUsed} has it. Safe for use by any thread.
 */
final class VerifiedCredentials {

    private final RecentlyUsed<CredentialMac.Tag, Entry> entries;
    private final long idleNanos;
    private final LongSupplier nanoTime;

    /**
     * @param capacity about how many credentials are remembered, at least 2
     * @param idle how long after its last use
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    VerifiedCredentials(int capacity, Duration idle, LongSupplier nanoTime) {
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("the idle time must be positive");
        }
        this.entries = new RecentlyUsed<>(capacity);
        this.idleNanos = idle.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether these credentials were right when they were checked against this very stored password. */
    boolean contains(CredentialMac.Tag tag, StoredPassword stored) {
        Optional<Entry> found = entries.find(tag);
        if (found.isEmpty()) {
            return false;
        }
        Entry entry = found.get();
        long now = nanoTime.getAsLong();
        if (!entry.stored.equals(stored) || now - entry.lastUsed > idleNanos) {
            entries.remove(tag, entry);
            return false;
        }
        entry.lastUsed = now;
        entries.use(tag, entry);
        return true;
    }

    void add(CredentialMac.Tag tag, StoredPassword stored) {
        entries.put(tag, new Entry(stored, nanoTime.getAsLong()));
    }

    /** How many are remembered, those that wait to be dropped among them. */
    int size() {
        return entries.size();
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
