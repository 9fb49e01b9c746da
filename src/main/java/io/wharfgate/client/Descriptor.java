package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import java.util.Map;
import java.util.Optional;

/**
 * A reference to content (OCI image specification, "Content Descriptors"), with as much of it as copying needs. Immutable.
 *
 * @param size bytes
 * @param platform of an entry of an index
 * @param elsewhere whether clients fetch the content from somewhere else, so that a registry need not have it
 */
public record Descriptor(
        MediaType mediaType,
        Digest digest,
        long size,
        Optional<Platform> platform,
        Optional<String> artifactType,
        Map<String, String> annotations,
        boolean elsewhere) {

    public Descriptor {
        annotations = Map.copyOf(annotations);
    }

    /** Without anything that need not be. */
    public static Descriptor of(MediaType mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, Optional.empty(), Optional.empty(), Map.of(), false);
    }

    /** The first digits, enough for people. */
    public String shortDigest() {
        return digest.hex().substring(0, 12);
    }
}
