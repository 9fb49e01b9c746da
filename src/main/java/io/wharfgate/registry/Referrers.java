package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * What refers to a manifest: signatures, bills of materials and other manifests whose {@code subject} it is (OCI
 * distribution specification, "Listing Referrers"). Blocking; safe for use by any thread.
 */
public final class Referrers {

    /** The list is a manifest itself, and clients take none that is larger. */
    private static final long MAX_WEIGHT = Manifests.MAX_SIZE - 1024;

    private static final int TAG_ALGORITHM = 32;
    private static final int TAG_HEX = 64;

    private final ReferrerIndex index;
    private final ReferrerScan scan;
    private final Revisions revisions;
    private final Tags tags;

    Referrers(ReferrerIndex index, ReferrerScan scan, Revisions revisions, Tags tags) {
        this.index = index;
        this.scan = scan;
        this.revisions = revisions;
        this.tags = tags;
    }

    /**
     * A page of what refers to a manifest, in the order of their digests; empty when the manifest or the repository is
     * not there. As many as a list of 4 MiB holds, or fewer.
     *
     * @param artifactType only referrers of that type
     * @param n most referrers of the page
     * @param last begin after this digest; it need not be there
     * @throws RegistryException PAGINATION_NUMBER_INVALID when n is negative; UNAVAILABLE while the index is being made
     */
    public Page<Referrer> page(
            RepositoryName name, Digest subject, Optional<String> artifactType, OptionalInt n, Optional<String> last)
            throws IOException {
        PageCollector<Referrer> page = new PageCollector<>(n);
        scan.complete(name);
        NavigableSet<String> candidates = candidates(name, subject);
        long weight = 0;
        for (String digest : last.isPresent() ? candidates.tailSet(last.get(), false) : candidates) {
            if (!page.wantsMore()) {
                break;
            }
            Optional<Referrer> referrer =
                    revisions.read(name, Digest.parse(digest)).map(Referrer::of);
            if (referrer.isPresent()
                    && (artifactType.isEmpty() || referrer.get().artifactType().equals(artifactType))) {
                weight += referrer.get().weight();
                page.add(referrer.get(), weight <= MAX_WEIGHT);
            }
        }
        return page.page();
    }

    private NavigableSet<String> candidates(RepositoryName name, Digest subject) throws IOException {
        NavigableSet<String> candidates = new TreeSet<>();
        index.referrers(name, subject).forEach(digest -> candidates.add(digest.toString()));
        fallback(name, subject).forEach(digest -> candidates.add(digest.toString()));
        return candidates;
    }

    /**
     * What clients have listed in an index under a tag made of the subject's digest, for a registry without this API
     * (OCI distribution specification, "Referrers Tag Schema").
     */
    private List<Digest> fallback(RepositoryName name, Digest subject) throws IOException {
        Optional<Digest> list = tags.current(name, fallbackTag(subject));
        Optional<Manifests.Stored> stored = list.isPresent() ? revisions.read(name, list.get()) : Optional.empty();
        if (stored.isEmpty() || !stored.get().mediaType().sameAs(MediaType.OCI_INDEX)) {
            return List.of();
        }
        List<Digest> digests = new ArrayList<>();
        try {
            for (Descriptor descriptor : ManifestRules.readIndex(stored.get().content())) {
                digests.add(descriptor.digest());
            }
        } catch (RegistryException e) {
            // Another registry took it; it is no list of referrers.
            return List.of();
        }
        return digests;
    }

    private static Tag fallbackTag(Digest subject) {
        return new Tag(cut(subject.algorithm().label(), TAG_ALGORITHM) + "-" + cut(subject.hex(), TAG_HEX));
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
