package io.wharfgate.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What belongs to one image and is not at the target yet: manifests, each after what it refers to, and blobs, each once. Bounded: an
 * index can be made to unfold without end.
 */
final class ImageTree {

    private static final int MOST_MANIFESTS = 10_000;
    private static final long MOST_BYTES = 32L << 20;
    private static final int MOST_BLOBS = 200_000;

    private final List<Manifest> manifests = new ArrayList<>();
    private final Map<io.wharfgate.oci.Digest, Descriptor> blobs = new LinkedHashMap<>();
    private long bytes;

    /** @throws ExchangeException when that is too much for one image */
    void add(Manifest manifest) throws ExchangeException {
        manifests.add(manifest);
        bytes += manifest.content().length;
        for (Descriptor blob : manifest.blobs()) {
            Descriptor other = blobs.putIfAbsent(blob.digest(), blob);
            if (other != null && other.size() != blob.size()) {
                throw new ExchangeException("two manifests give blob " + blob.digest()
                        + " different sizes: one of them is forged or damaged");
            }
        }
        if (manifests.size() > MOST_MANIFESTS || bytes > MOST_BYTES || blobs.size() > MOST_BLOBS) {
            throw new ExchangeException(
                    "the image unfolds into more than " + MOST_MANIFESTS + " manifests, 32 MiB of them" + " or "
                            + MOST_BLOBS + " blobs; copy its platforms one by one (--platform)");
        }
    }

    /** In an order in which a registry takes them. */
    List<Manifest> manifests() {
        return manifests;
    }

    Collection<Descriptor> blobs() {
        return blobs.values();
    }
}
