package io.wharfgate.auth.token;

import io.wharfgate.auth.RecentlyUsed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Remembers tokens whose signature was right, so that a push of a thousand requests costs one check of it. What may change
 * later (the time, the user) is no business of this memory. Successes only.
 *
 * <p>Bounded, and a hit takes no lock, as {@link RecentlyUsed} has it. With other keys everything is forgotten: one of them may
 * have been removed because it leaked. Thread-safe.
 */
final class VerifiedTokens {

    private final int capacity;
    private volatile Memory memory;

    /** @param capacity about how many tokens are remembered, at least 2 */
    VerifiedTokens(int capacity, KeySet keys) {
        this.capacity = capacity;
        this.memory = new Memory(keys, capacity);
    }

    /** What was verified with those keys. */
    private static final class Memory {

        private final KeySet keys;
        private final RecentlyUsed<Fingerprint, Verified> tokens;

        Memory(KeySet keys, int capacity) {
            this.keys = keys;
            this.tokens = new RecentlyUsed<>(capacity);
        }
    }

    /** The SHA-256 of a token: nobody finds a second text for it, and a dump of the memory holds no token. */
    record Fingerprint(long a, long b, long c, long d) {

        static Fingerprint of(String token) {
            try {
                ByteBuffer digest = ByteBuffer.wrap(
                        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
                return new Fingerprint(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** What is remembered of a token. */
    record Verified(TokenClaims claims, GrantedReach reach) {}

    Optional<Verified> find(Fingerprint token, KeySet keys) {
        Memory current = memory;
        if (current.keys != keys) {
            return Optional.empty();
        }
        Optional<Verified> found = current.tokens.find(token);
        found.ifPresent(verified -> current.tokens.use(token, verified));
        return found;
    }

    /** @param keys those that the token was verified with */
    void add(Fingerprint token, Verified verified, KeySet keys) {
        Memory current = memory;
        if (current.keys != keys) {
            forget(current, keys);
            current = memory;
        }
        if (current.keys == keys) {
            current.tokens.put(token, verified);
        }
    }

    void remove(Fingerprint token) {
        RecentlyUsed<Fingerprint, Verified> tokens = memory.tokens;
        tokens.find(token).ifPresent(verified -> tokens.remove(token, verified));
    }

    /** How many are remembered, those that wait to be dropped among them. */
    int size() {
        return memory.tokens.size();
    }

    private synchronized void forget(Memory before, KeySet keys) {
        if (memory == before) {
            memory = new Memory(keys, capacity);
        }
    }
}
