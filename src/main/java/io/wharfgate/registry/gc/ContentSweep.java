package io.wharfgate.registry.gc;

import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.RepositoryUpkeep;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Deletes the content that no repository links or needs and that cannot be had back any more. It must be known of every
 * repository what it needs. Safe for use by any thread.
 */
final class ContentSweep {

    private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");

    private final ObjectStore store;
    private final RepositoryUpkeep upkeep;
    // A part of the content each, all with the same first digits.
    private final List<Shard> shards = new ArrayList<>();
    private int passed;

    ContentSweep(ObjectStore store, RepositoryUpkeep upkeep) throws IOException {
        this.store = store;
        this.upkeep = upkeep;
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (String digits : store.names(RegistryLayout.blobs(algorithm))) {
                if (SHARD.matcher(digits).matches()) {
                    shards.add(new Shard(algorithm, digits));
                }
            }
        }
    }

    private record Shard(DigestAlgorithm algorithm, String digits) {}

    /** Works until all is looked at, or being looked at by others. */
    void run(Round round, Pace pace, Tally tally) throws IOException {
        for (Optional<Shard> next = next(round.out()); next.isPresent(); next = next(round.out())) {
            Shard shard = next.get();
            BulkDeletion deletion = store.deleteMany();
            for (String hex :
                    store.names(RegistryLayout.blobs(shard.algorithm()).child(shard.digits()))) {
                pace.step();
                if (Digest.isValid(shard.algorithm(), hex) && hex.startsWith(shard.digits())) {
                    look(new Digest(shard.algorithm(), hex), round, tally, deletion);
                }
            }
            deletion.finish();
        }
    }

    private synchronized Optional<Shard> next(TaskOutput out) {
        out.progress("content", passed, shards.size());
        return passed < shards.size() ? Optional.of(shards.get(passed++)) : Optional.empty();
    }

    private void look(Digest digest, Round round, Tally tally, BulkDeletion deletion) throws IOException {
        if (round.needed().contains(digest)) {
            return;
        }
        ObjectKey data = RegistryLayout.blobData(digest);
        if (round.trashed().contains(digest)) {
            tally.waitingBlobs++;
            tally.waitingBytes += store.size(data).orElse(0);
            return;
        }
        Instant since = round.cutoff().instant();
        Optional<Instant> written = store.modified(data);
        if (written.isEmpty() || !written.get().isBefore(since)) {
            return;
        }
        OptionalLong size = store.size(data);
        boolean gone = round.settings().dryRun()
                ? !upkeep.pinnedSince(digest, since)
                : upkeep.removeContent(digest, since, deletion);
        if (size.isPresent() && gone) {
            tally.blobs++;
            tally.bytes += size.getAsLong();
        }
    }
}
