package io.wharfgate.registry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The running hashes of upload sessions that no request has open just now, so that the next chunk need not read again
 * what came before. Bounded by number and age, oldest first; what is lost here is computed anew. Safe for use by any
 * thread.
 */
final class IdleHashes {

    static final int MOST = 1000;
    static final Duration LONGEST = Duration.ofHours(1);

    private final Clock clock;
    // In the order in which they were put; guarded by "this".
    private final Map<UploadSession.Key, Idle> hashes = new LinkedHashMap<>();

    IdleHashes(Clock clock) {
        this.clock = clock;
    }

    private record Idle(RunningHash hash, Instant since) {}

    synchronized void put(UploadSession.Key key, RunningHash hash) {
        Instant now = clock.instant();
        hashes.put(key, new Idle(hash, now));
        hashes.values().removeIf(idle -> hashes.size() > MOST || idle.since().isBefore(now.minus(LONGEST)));
    }

    /** The hash is the caller's alone from now on. */
    synchronized Optional<RunningHash> take(UploadSession.Key key) {
        @Nullable Idle idle = hashes.remove(key);
        return Optional.ofNullable(idle).map(Idle::hash);
    }
}
