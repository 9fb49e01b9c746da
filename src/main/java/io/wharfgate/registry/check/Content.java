package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.Manifests;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Reads what is stored, not faster than allowed. Safe for use by any thread. */
final class Content {

    private static final int BUFFER = 256 * 1024;
    private static final int LONGEST_SMALL = 1024;

    private final ObjectStore store;
    private final Pace pace;

    Content(ObjectStore store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    ObjectStore store() {
        return store;
    }

    Pace pace() {
        return pace;
    }

    /**
     * The digest of all of it.
     *
     * @throws NoSuchObjectException when it is not there
     */
    Digest digest(ObjectKey key, DigestAlgorithm algorithm) throws IOException {
        pace.opened();
        try (ObjectReader content = store.open(key)) {
            MessageDigest hash = algorithm.newMessageDigest();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, content.size())));
            for (long at = 0; at < content.size(); ) {
                int read = content.read(buffer.clear(), at);
                if (read < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
                hash.update(buffer.flip());
                pace.read(read);
                at += read;
            }
            return Digest.ofHash(algorithm, hash.digest());
        }
    }

    boolean exists(Digest blob) throws IOException {
        return store.size(RegistryLayout.blobData(blob)).isPresent();
    }

    /** A manifest's bytes; empty when they are not there, or too many for one. */
    Optional<byte[]> manifest(Digest digest) throws IOException {
        pace.opened();
        try {
            byte[] content = store.read(RegistryLayout.blobData(digest), Manifests.MAX_SIZE);
            pace.read(content.length);
            return Optional.of(content);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            return Optional.empty();
        }
    }

    /** A link, or another small text; empty when it is not there. One that is far too long is cut. */
    Optional<String> text(ObjectKey key) throws IOException {
        pace.opened();
        try {
            return Optional.of(new String(store.read(key, LONGEST_SMALL), StandardCharsets.UTF_8).strip());
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        } catch (ObjectTooLargeException e) {
            return Optional.of("…");
        }
    }
}
