package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The right to write to an upload session, which one request has at a time. Used by one thread at a time, though not
 * always by the same; whoever opened it closes it.
 */
public interface UploadWriter extends Closeable {

    /** Bytes that have arrived so far. */
    long offset();

    /**
     * Says how many more bytes are about to come, before the first of them: where there is no room for them, none need be
     * sent. What has arrived already stays, and this writer takes more.
     *
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void announce(long bytes) throws IOException;

    /**
     * Hashes and writes all that {@code source} still holds. When it fails, {@link #offset} says what is left, this
     * writer takes no more, and the session can be opened again.
     *
     * @throws RegistryException STORAGE_FULL; QUOTA_EXCEEDED, and then the session is gone
     */
    void append(ByteBuffer source) throws IOException;

    /**
     * Makes the upload a blob of the repository. When this returns, the blob is durable and the session is gone.
     *
     * @return the digest of the blob, which is {@code expected}
     * @throws RegistryException DIGEST_INVALID when the content has another digest: the upload is removed;
     *     STORAGE_FULL, QUOTA_EXCEEDED: the session can be opened again, or is gone altogether
     */
    Digest commit(Digest expected) throws IOException;

    /** Lets go of the session. What has arrived stays. Does nothing when called again. */
    @Override
    void close();
}
