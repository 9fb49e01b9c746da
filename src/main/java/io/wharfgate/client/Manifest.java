package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A manifest or an index, byte for byte, and what it refers to. Immutable.
 *
 * @param content not to be changed
 * @param config of an image; empty for an index
 * @param layers of an image
 * @param entries of an index
 * @param subject the manifest that this one is about
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Manifest(
        Digest digest,
        MediaType mediaType,
        byte[] content,
        Optional<Descriptor> config,
        List<Descriptor> layers,
        List<Descriptor> entries,
        Optional<Descriptor> subject,
        Optional<String> artifactType,
        Map<String, String> annotations) {

    /** Largest manifest, in bytes: what registries and containerd take. */
    public static final int MAX_SIZE = 4 << 20;

    /**
     * Reads a manifest.
     *
     * @param served the type it came with, if it is known; what the manifest calls itself counts more
     * @param expected the digest it was asked for by
     * @throws ExchangeException when it is none, or has another digest
     */
    public static Manifest read(byte[] content, Optional<MediaType> served, Optional<Digest> expected)
            throws ExchangeException {
        if (content.length > MAX_SIZE) {
            throw new ExchangeException("a manifest is larger than 4 MiB; no registry takes such");
        }
        if (expected.isPresent() && !expected.get().matches(content)) {
            throw new ExchangeException("the manifest that came for " + expected.get()
                    + " is another one (its content has another digest): it is damaged where it came from");
        }
        try {
            Digest digest = expected.orElseGet(() -> Digest.of(DigestAlgorithm.SHA256, content));
            return new ManifestReader(content).read(digest, served);
        } catch (RegistryException e) {
            throw new ExchangeException("a manifest cannot be used: " + e.getMessage(), e);
        }
    }

    public boolean isIndex() {
        return mediaType.sameAs(MediaType.OCI_INDEX) || mediaType.sameAs(MediaType.DOCKER_MANIFEST_LIST);
    }

    /** What has to be in a repository before this manifest: config and layers, each once. */
    public List<Descriptor> blobs() {
        return Stream.concat(config.stream(), layers.stream())
                .filter(blob -> !blob.elsewhere())
                .distinct()
                .toList();
    }

    /** What leads here. */
    public Descriptor descriptor() {
        return new Descriptor(mediaType, digest, content.length, Optional.empty(), artifactType, Map.of(), false);
    }

    /** What leads here in a list of referrers, which repeats the annotations (distribution specification, "Listing Referrers"). */
    public Descriptor referrer() {
        Optional<String> type =
                artifactType.or(() -> config.map(c -> c.mediaType().essence()));
        return new Descriptor(mediaType, digest, content.length, Optional.empty(), type, annotations, false);
    }
}
