package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Whether what a manifest refers to is in its repository. Safe for use by any thread. */
final class ManifestReferences {

    private final Blobs blobs;
    private final Revisions revisions;
    private final Supplier<RegistryConfig> config;

    ManifestReferences(Blobs blobs, Revisions revisions, Supplier<RegistryConfig> config) {
        this.blobs = blobs;
        this.revisions = revisions;
        this.config = config;
    }

    /**
     * Looks for everything that the manifest refers to.
     *
     * @return how much of it is missing; more than none only where that is allowed
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN, with the digest of what is missing
     */
    int check(RepositoryName name, ManifestRules.Accepted manifest) throws IOException {
        Set<Digest> seen = new LinkedHashSet<>();
        int missing = 0;
        for (Descriptor reference : manifest.references()) {
            if (seen.add(reference.digest()) && !has(name, reference)) {
                if (!config.get().sparseManifests()) {
                    throw new RegistryException(
                            RegistryError.MANIFEST_BLOB_UNKNOWN,
                            "manifest references content in " + reference.field() + " that this repository lacks",
                            Map.of("digest", reference.digest().toString()));
                }
                missing++;
            }
        }
        return missing;
    }

    /** An index may name blobs beside manifests: BuildKit's cache of the older kind is such an index. */
    private boolean has(RepositoryName name, Descriptor reference) throws IOException {
        return (reference.field().equals("manifests") && revisions.has(name, reference.digest()))
                || blobs.size(name, reference.digest()).isPresent();
    }
}
