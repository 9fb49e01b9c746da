package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.storage.ObjectReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The hash of an upload's first bytes. For one thread at a time. */
final class RunningHash {

    private static final int BUFFER = 128 * 1024;

    private final DigestAlgorithm algorithm;
    private final MessageDigest hash;
    private long length;

    RunningHash(DigestAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.hash = algorithm.newMessageDigest();
    }

    /** The hash of all that can be read there. */
    static RunningHash of(DigestAlgorithm algorithm, ObjectReader content) throws IOException {
        RunningHash result = new RunningHash(algorithm);
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, content.size())));
        while (result.length < content.size()) {
            if (content.read(buffer.clear(), result.length) < 0) {
                throw new EOFException("an upload became shorter while it was hashed");
            }
            result.update(buffer.flip());
        }
        return result;
    }

    DigestAlgorithm algorithm() {
        return algorithm;
    }

    /** Number of bytes hashed. */
    long length() {
        return length;
    }

    void update(ByteBuffer bytes) {
        length += bytes.remaining();
        hash.update(bytes);
    }

    /** The digest of all bytes. The hash is spent afterwards. */
    Digest finish() {
        return Digest.ofHash(algorithm, hash.digest());
    }
}
