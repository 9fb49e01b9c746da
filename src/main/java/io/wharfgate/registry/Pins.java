package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients have lately pushed, mounted, or been told is there: a client that has seen a blob does not push it, and counts
 * on it in the manifest that comes next. Nothing in the storage tells of that, so it is kept here, where the collector looks
 * before it deletes anything. Lost with the process; then such a push is told that the blob is missing, and pushes it.
 *
 * <p>Bounded: beyond its bound the oldest are forgotten early. Safe for use by any thread.
 */
final class Pins {

    private static final int STRIPES = 64;

    /** A pin takes about 100 bytes: 13 MiB in all. */
    private static final int MOST = 1 << 17;

    private final Clock clock;
    private final Supplier<Duration> kept;
    private final Stripe[] stripes = new Stripe[STRIPES];

    /** @param kept how long a pin is of any use */
    Pins(Clock clock, Supplier<Duration> kept) {
        this.clock = clock;
        this.kept = kept;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Something that may fail on the storage. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    /** From now on nobody deletes the content, if it is there. To be called before the look whether it is. */
    void pin(Digest digest) {
        long key = key(digest);
        stripe(key).pin(key, clock.millis());
    }

    /** When it was last pinned, if that is not too long ago. */
    Optional<Instant> pinned(Digest digest) {
        long key = key(digest);
        return Optional.ofNullable(stripe(key).get(key)).map(Instant::ofEpochMilli);
    }

    boolean pinnedSince(Digest digest, Instant since) {
        return pinned(digest).filter(at -> !at.isBefore(since)).isPresent();
    }

    /**
     * Does that unless the digest has been pinned. Whoever pins it meanwhile waits until it is done.
     *
     * @return whether it was done
     */
    boolean unlessPinned(Digest digest, Instant since, Action action) throws IOException {
        long key = key(digest);
        Stripe stripe = stripe(key);
        synchronized (stripe) {
            if (pinnedSince(digest, since)) {
                return false;
            }
            action.run();
            return true;
        }
    }

    /** The first digits are as good as all: two that agree in them are only pinned together. */
    private static long key(Digest digest) {
        long digits = Long.parseUnsignedLong(digest.hex(), 0, 16, 16);
        return digest.algorithm() == DigestAlgorithm.SHA256 ? digits : ~digits;
    }

    private Stripe stripe(long key) {
        return stripes[(int) (key & (STRIPES - 1))];
    }

    /** A part of the digests; its monitor keeps them from being pinned. */
    private final class Stripe {

        // By the time of the pin, the oldest first.
        private final Map<Long, Long> times = new LinkedHashMap<>();

        synchronized void pin(long key, long now) {
            times.remove(key);
            times.put(key, now);
            // The newest is the one that was just put, so there always is a next.
            Iterator<Long> oldest = times.values().iterator();
            for (long time = oldest.next(); isTooMuch(time, now); time = oldest.next()) {
                oldest.remove();
            }
        }

        private boolean isTooMuch(long time, long now) {
            return times.size() > MOST / STRIPES || time < now - kept.get().toMillis();
        }

        synchronized @Nullable Long get(long key) {
            return times.get(key);
        }
    }
}
