package io.wharfgate.auth.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers tokens whose signature was right, so that a push of a thousand requests costs one check of it. What may change
 * later (the time, the user) is no business of this memory. Successes only.
 *
 * <p>Bounded by two generations: what is used moves to the young one, and when that is full the old one is dropped. A hit
 * takes no lock. With other keys everything is forgotten: one of them may have been removed because it leaked. Thread-safe.
 */
final class VerifiedTokens {

    private final int generationSize;
    private volatile Generations generations;

    /** @param capacity about how many tokens are remembered, at least 2 */
    VerifiedTokens(int capacity, KeySet keys) {
        this.generationSize = capacity / 2;
        this.generations = new Generations(keys, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
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
        Generations current = generations;
        if (current.keys != keys) {
            return Optional.empty();
        }
        Verified young = current.young.get(token);
        if (young != null) {
            return Optional.of(young);
        }
        Verified old = current.old.get(token);
        if (old == null) {
            return Optional.empty();
        }
        put(current, token, old);
        return Optional.of(old);
    }

    /** @param keys those that the token was verified with */
    void add(Fingerprint token, Verified verified, KeySet keys) {
        Generations current = generations;
        if (current.keys != keys) {
            forget(current, keys);
            current = generations;
        }
        if (current.keys == keys) {
            put(current, token, verified);
        }
    }

    void remove(Fingerprint token) {
        generations.young.remove(token);
        generations.old.remove(token);
    }

    /** How many are remembered, those that wait to be dropped among them. */
    int size() {
        return generations.young.size() + generations.old.size();
    }

    private void put(Generations current, Fingerprint token, Verified verified) {
        current.young.put(token, verified);
        if (current.young.size() >= generationSize) {
            age(current);
        }
    }

    /** Whoever comes second finds the generations moved on already. */
    private synchronized void age(Generations full) {
        if (generations == full) {
            generations = new Generations(full.keys, new ConcurrentHashMap<>(), full.young);
        }
    }

    private synchronized void forget(Generations before, KeySet keys) {
        if (generations == before) {
            generations = new Generations(keys, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    private static final class Generations {

        private final KeySet keys;
        private final ConcurrentMap<Fingerprint, Verified> young;
        private final ConcurrentMap<Fingerprint, Verified> old;

        Generations(KeySet keys, ConcurrentMap<Fingerprint, Verified> young, ConcurrentMap<Fingerprint, Verified> old) {
            this.keys = keys;
            this.young = young;
            this.old = old;
        }
    }
}
