package io.wharfgate.registry.rules;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.Tag;
import java.util.Optional;

/**
 * Tags that are made of a manifest's digest: what they point to belongs to that manifest. So cosign keeps signatures
 * ({@code sha256-….sig}, {@code .att}, {@code .sbom}), and clients keep lists of referrers for registries that have none
 * ({@code sha256-…}, OCI distribution specification, "Referrers Tag Schema").
 */
final class DigestTag {

    private static final String PREFIX = "sha256-";

    private DigestTag() {}

    /** The manifest that it belongs to; empty for all other tags. */
    static Optional<Digest> subject(Tag tag) {
        String text = tag.value();
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int dot = text.indexOf('.');
        String hex = text.substring(PREFIX.length(), dot < 0 ? text.length() : dot);
        return Digest.isValid(DigestAlgorithm.SHA256, hex)
                ? Optional.of(new Digest(DigestAlgorithm.SHA256, hex))
                : Optional.empty();
    }
}
