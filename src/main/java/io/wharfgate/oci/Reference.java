package io.wharfgate.oci;

/** What a manifest is asked for by: a {@link Tag} or a {@link ByDigest digest}. */
public sealed interface Reference permits Tag, Reference.ByDigest {

    /**
     * Reads the last component of {@code /v2/<name>/manifests/<reference>}. Only a digest can hold a colon.
     *
     * @throws RegistryException DIGEST_INVALID or TAG_INVALID
     */
    static Reference parse(String text) {
        return text.indexOf(':') >= 0 ? new ByDigest(Digest.parse(text)) : Tag.parse(text);
    }

    /** A manifest by the digest of its bytes. */
    record ByDigest(Digest digest) implements Reference {
        @Override
        public String toString() {
            return digest.toString();
        }
    }
}
