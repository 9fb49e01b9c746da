package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest in a list of referrers.
 *
 * @param size of the manifest, in bytes
 * @param artifactType its own or its config's; an index may have none
 * @param annotations those of the manifest itself
 */
public record Referrer(
        Digest digest, MediaType mediaType, long size, Optional<String> artifactType, Map<String, String> annotations) {

    static Referrer of(Manifests.Stored manifest) {
        Attachment attachment = Attachment.read(manifest.content());
        return new Referrer(
                manifest.digest(),
                manifest.mediaType(),
                manifest.content().length,
                attachment.effectiveType(),
                attachment.annotations());
    }

    /** About what it takes as JSON, in bytes; rather more. */
    long weight() {
        return 512 + (annotations.isEmpty() ? 0 : size);
    }
}
