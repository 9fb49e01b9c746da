package io.wharfgate.registry.gc;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has been found out about a repository.
 *
 * @param name the repository
 * @param revisions the manifests that there were
 * @param kept the manifests that stay, and why
 * @param garbage those that go, with the subject that each refers to
 * @param layers the blobs that go from this repository, be they needed elsewhere or not, with their content
 */
record Marks(
        RepositoryName name,
        Set<Digest> revisions,
        Map<Digest, Reason> kept,
        Map<Digest, Optional<Digest>> garbage,
        Map<Digest, Digest> layers) {

    /** {@link Reason#how} of a manifest with a subject. */
    static final String REFERS = "refers to";

    /**
     * Why a manifest stays.
     *
     * @param from the manifest that leads to it; empty for a root
     * @param how in words, as in "tag latest", or what it is to {@code from}
     */
    record Reason(Optional<Digest> from, String how) {}

    boolean clean() {
        return garbage.isEmpty() && layers.isEmpty();
    }
}
