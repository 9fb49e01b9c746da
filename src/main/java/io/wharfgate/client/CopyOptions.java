package io.wharfgate.client;

import java.util.Optional;

/**
 * How images are copied.
 *
 * @param platform of an index only the image for this one; empty: all of it
 * @param referrers whether what refers to an image goes along: signatures, bills of materials
 * @param force whether to look for each blob although the manifest is there already
 * @param jobs blobs that are under way at once, at least 1
 */
public record CopyOptions(Optional<Platform> platform, boolean referrers, boolean force, int jobs) {

    public CopyOptions {
        if (jobs < 1) {
            throw new IllegalArgumentException("at least one job");
        }
    }

    /** Everything, three blobs at once. */
    public static CopyOptions standard() {
        return new CopyOptions(Optional.empty(), false, false, 3);
    }
}
