package io.wharfgate.registry.rules;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Holdings;
import io.wharfgate.registry.Oversight;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When tags and manifests were last pulled, to the second. A pull costs no write: it is kept in memory, and written once a
 * minute to a file of its repository, for all pulls of that minute at once. Of a service that is killed the last minute is lost.
 * What is not there any more is left out at the next write, whoever has deleted it; the file goes with its repository.
 *
 * <p>{@link #pulled} is for any thread and never waits for the storage; the rest does.
 */
final class PullTimes implements Oversight.Pulls {

    private static final Logger LOG = LoggerFactory.getLogger(PullTimes.class);

    /** References that may be pulled between two writes; about 200 bytes each. Pulls of others are not noted. */
    private static final int MOST_NOTED = 100_000;

    private static final int LARGEST = 64 << 20;

    private final ObjectStore store;
    private final Clock clock;
    private final AtomicLong lost = new AtomicLong();
    // Guarded by "this"; by repository, then by digest or tag. A tag has no colon, so that they are told apart.
    private Map<RepositoryName, Map<String, Instant>> noted = new HashMap<>();
    private int count;

    PullTimes(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** When the references of one repository were last pulled. */
    record Of(Map<String, Instant> times) {

        Of {
            times = Map.copyOf(times);
        }

        /** Clients ask which manifest a tag leads to, and fetch that by its digest: either counts for the tag. */
        Optional<Instant> of(Tag tag, Digest digest) {
            @Nullable Instant byTag = times.get(tag.value());
            @Nullable Instant byDigest = times.get(digest.toString());
            if (byTag == null || byDigest == null) {
                return Optional.ofNullable(byTag == null ? byDigest : byTag);
            }
            return Optional.of(byTag.isAfter(byDigest) ? byTag : byDigest);
        }
    }

    @Override
    public void pulled(RepositoryName name, Reference reference, Digest digest) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        note(name, digest.toString(), now);
        if (reference instanceof Tag tag) {
            note(name, tag.value(), now);
        }
    }

    private synchronized void note(RepositoryName name, String reference, Instant time) {
        Map<String, Instant> times = noted.computeIfAbsent(name, any -> new HashMap<>());
        if (count < MOST_NOTED || times.containsKey(reference)) {
            count += times.put(reference, time) == null ? 1 : 0;
        } else {
            lost.incrementAndGet();
        }
    }

    /** Since when pulls are noted in this storage: what was pulled before, nobody knows. */
    Instant since() throws IOException {
        try {
            String text = new String(store.read(RegistryLayout.PULLS_SINCE, 100), StandardCharsets.US_ASCII);
            return Instant.parse(text.strip());
        } catch (NoSuchObjectException | ObjectTooLargeException | DateTimeException e) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            store.put(RegistryLayout.PULLS_SINCE, now.toString().getBytes(StandardCharsets.US_ASCII));
            return now;
        }
    }

    /** All that is known of a repository. */
    Of of(RepositoryName name) throws IOException {
        Map<String, Instant> times = read(name);
        synchronized (this) {
            merge(times, noted.getOrDefault(name, Map.of()));
        }
        return new Of(times);
    }

    /** Writes what was noted since the last time. What cannot be written is kept for the next time. */
    void write(Holdings holdings) {
        Map<RepositoryName, Map<String, Instant>> batch;
        synchronized (this) {
            batch = noted;
            noted = new HashMap<>();
            count = 0;
        }
        if (lost.get() > 0) {
            LOG.warn("pull times lost, as too many references were pulled in a minute pulls={}", lost.getAndSet(0));
        }
        batch.forEach((name, times) -> {
            try {
                holdings.hold(name, () -> write(name, times, holdings));
            } catch (IOException e) {
                LOG.error("pull times cannot be written; trying again repository={} reason={}", name, e.toString());
                times.forEach((reference, time) -> noteAgain(name, reference, time));
            }
        });
    }

    private synchronized void noteAgain(RepositoryName name, String reference, Instant time) {
        if (!noted.getOrDefault(name, Map.of()).containsKey(reference)) {
            note(name, reference, time);
        }
    }

    private void write(RepositoryName name, Map<String, Instant> fresh, Holdings holdings) throws IOException {
        Map<String, Instant> times = read(name);
        merge(times, fresh);
        times.keySet().retainAll(holdings.references(name));
        if (times.isEmpty()) {
            store.delete(RegistryLayout.pulled(name));
            return;
        }
        StringBuilder text = new StringBuilder();
        times.forEach((reference, time) ->
                text.append(reference).append(' ').append(time.getEpochSecond()).append('\n'));
        store.put(RegistryLayout.pulled(name), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private Map<String, Instant> read(RepositoryName name) throws IOException {
        Map<String, Instant> times = new HashMap<>();
        try {
            String text = new String(store.read(RegistryLayout.pulled(name), LARGEST), StandardCharsets.US_ASCII);
            text.lines().forEach(line -> {
                int space = line.indexOf(' ');
                if (space > 0 && line.substring(space + 1).matches("\\d{1,11}")) {
                    times.put(
                            line.substring(0, space), Instant.ofEpochSecond(Long.parseLong(line.substring(space + 1))));
                }
            });
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            // Nothing was pulled, as far as is known.
        }
        return times;
    }

    private static void merge(Map<String, Instant> into, Map<String, Instant> more) {
        more.forEach((reference, time) -> into.merge(reference, time, (a, b) -> a.isAfter(b) ? a : b));
    }
}
