package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Tag;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Where images go: a repository of some registry, an archive. Safe for use by any thread. Every method may block, tries again what
 * may yet work, and throws {@link ExchangeException} for what will not.
 */
public interface ImageTarget extends Closeable {

    /** For people: {@code registry.example.com/team/app}. */
    String name();

    /** Whether the blob is there already, with that length. */
    boolean has(Descriptor blob) throws IOException;

    /** Whether the manifest is there already. It means that what it refers to is there as well. */
    boolean hasManifest(Descriptor manifest) throws IOException;

    /** What the tag points to; empty when there is no such tag. */
    Optional<Digest> tagged(Tag tag) throws IOException;

    /** Takes the blob from another repository of the same registry, without moving a byte; false when that cannot be. */
    default boolean mount(Descriptor blob, ImageSource from) throws IOException {
        return false;
    }

    /** Takes a blob; when this returns, it is there whole and verified. */
    void put(VerifiedBlob blob) throws IOException;

    /**
     * Takes a manifest, after all that it refers to.
     *
     * @param tag that points to it from then on
     */
    void put(Manifest manifest, Optional<Tag> tag) throws IOException;

    /** All images are there: what is written last is written now. Not called when something failed. */
    default void finish() throws IOException {
        // Most have nothing left to do.
    }

    @Override
    default void close() throws IOException {
        // Most hold nothing.
    }
}
