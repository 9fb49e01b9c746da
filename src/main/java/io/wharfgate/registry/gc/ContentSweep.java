package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.RepositoryUpkeep;
import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Deletes the content that no repository links or needs and that cannot be had back any more. It must be known of every
 * repository what it needs. For one thread.
 */
final class ContentSweep {

    private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");

    private final ObjectStore store;
    private final RepositoryUpkeep upkeep;
    private final Pace pace;
    private final Cutoff cutoff;
    private final boolean dryRun;

    ContentSweep(ObjectStore store, RepositoryUpkeep upkeep, Pace pace, Cutoff cutoff, boolean dryRun) {
        this.store = store;
        this.upkeep = upkeep;
        this.pace = pace;
        this.cutoff = cutoff;
        this.dryRun = dryRun;
    }

    /** How far it is. */
    @FunctionalInterface
    interface Progress {
        void at(long done, long of);
    }

    /**
     * @param needed what is linked or needed
     * @param trashed what can be had back
     */
    void run(DigestSet needed, DigestSet trashed, Tally tally, Progress progress) throws IOException {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            List<String> shards = store.names(RegistryLayout.blobs(algorithm));
            for (int i = 0; i < shards.size(); i++) {
                progress.at(i, shards.size());
                if (!SHARD.matcher(shards.get(i)).matches()) {
                    continue;
                }
                BulkDeletion deletion = store.deleteMany();
                ObjectKey shard = RegistryLayout.blobs(algorithm).child(shards.get(i));
                for (String hex : store.names(shard)) {
                    pace.step();
                    if (Digest.isValid(algorithm, hex) && hex.startsWith(shards.get(i))) {
                        look(new Digest(algorithm, hex), needed, trashed, tally, deletion);
                    }
                }
                deletion.finish();
            }
        }
    }

    private void look(Digest digest, DigestSet needed, DigestSet trashed, Tally tally, BulkDeletion deletion)
            throws IOException {
        if (needed.contains(digest)) {
            return;
        }
        ObjectKey data = RegistryLayout.blobData(digest);
        if (trashed.contains(digest)) {
            tally.waitingBlobs++;
            tally.waitingBytes += store.size(data).orElse(0);
            return;
        }
        Optional<Instant> written = store.modified(data);
        OptionalLong size = store.size(data);
        if (written.isEmpty() || size.isEmpty() || cutoff.spares(written.get())) {
            return;
        }
        if (dryRun
                ? !upkeep.pinnedSince(digest, cutoff.instant())
                : upkeep.removeContent(digest, cutoff.instant(), deletion)) {
            tally.blobs++;
            tally.bytes += size.getAsLong();
        }
    }
}
