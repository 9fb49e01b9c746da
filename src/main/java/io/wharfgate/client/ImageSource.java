package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.Tag;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Where images come from: a repository of some registry, an archive. Safe for use by any thread. Every method may block, tries
 * again what may yet work, and throws {@link ExchangeException} for what will not.
 */
public interface ImageSource extends Closeable {

    /** For people: {@code registry.example.com/team/app}. */
    String name();

    /** The manifest, its digest verified when it was asked for by one; empty when there is none. */
    Optional<Manifest> manifest(Reference reference) throws IOException;

    /** All tags, in the order of the source. */
    List<Tag> tags() throws IOException;

    /** What has this manifest for its subject. */
    List<Descriptor> referrers(Digest subject) throws IOException;

    /**
     * Opens a blob. Its bytes are not verified yet ({@link VerifiedBlob} does that). The caller closes it.
     *
     * @param offset the first byte wanted, below the blob's size
     */
    InputStream open(Descriptor blob, long offset) throws IOException;

    @Override
    default void close() throws IOException {
        // Most hold nothing.
    }
}
