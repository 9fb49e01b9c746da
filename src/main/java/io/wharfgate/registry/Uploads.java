package io.wharfgate.registry;

import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Upload sessions. Their state is what lies in the storage, and the length of the data is its offset: a session
 * survives a restart and can be continued by another process. Only the running hash is kept in memory; without it the
 * data is read once more when the session is opened. Blocking; safe for use by any thread.
 */
public final class Uploads {

    private static final int LONGEST_NAME = 16;

    private final ObjectStore store;
    private final Blobs blobs;
    private final Accounts accounts;
    private final Clock clock;
    private final IdleHashes idle;
    private final UploadCounts counts = new UploadCounts();
    private final Set<UploadSession.Key> busy = ConcurrentHashMap.newKeySet();

    Uploads(ObjectStore store, Blobs blobs, Accounts accounts, Clock clock) {
        this.store = store;
        this.blobs = blobs;
        this.accounts = accounts;
        this.clock = clock;
        this.idle = new IdleHashes(clock);
    }

    /**
     * Begins a session, durable at once.
     *
     * @param algorithm of the digest that the commit will probably give; any other costs a second reading
     * @throws RegistryException STORAGE_FULL, QUOTA_EXCEEDED
     */
    public UploadId start(RepositoryName name, DigestAlgorithm algorithm) throws IOException {
        UploadSession.Key key = new UploadSession.Key(name, UploadId.random());
        // One byte at least is to come: where there is no room for it, the client is told before it sends anything.
        takes(key, 1);
        boolean begun = false;
        try {
            DiskFull.told(() -> begin(key, algorithm));
            begun = true;
        } finally {
            if (!begun) {
                accounts.uploadEnded(key.id());
            }
        }
        idle.put(key, new RunningHash(algorithm));
        counts.countBegun();
        return key.id();
    }

    private void begin(UploadSession.Key key, DigestAlgorithm algorithm) throws IOException {
        // The data comes last: it is what makes it a session.
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        store.put(RegistryLayout.uploadStartedAt(key.name(), key.id()), ascii(now));
        if (algorithm != DigestAlgorithm.SHA256) {
            store.put(RegistryLayout.uploadAlgorithm(key.name(), key.id()), ascii(algorithm.label()));
        }
        store.stage(RegistryLayout.uploadData(key.name(), key.id())).close();
    }

    /** What became of them. */
    public UploadCounts counts() {
        return counts;
    }

    /** How many a request has open just now. */
    public int open() {
        return busy.size();
    }

    /**
     * Bytes that have arrived. May be asked while another request writes.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN
     */
    public long offset(RepositoryName name, UploadId id) throws IOException {
        OptionalLong size = store.size(RegistryLayout.uploadData(name, id));
        return size.orElseThrow(Uploads::unknown);
    }

    /**
     * Opens a session for writing. The caller closes it.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN; BLOB_UPLOAD_BUSY while another request has it open; QUOTA_EXCEEDED
     */
    public UploadWriter open(RepositoryName name, UploadId id) throws IOException {
        UploadSession.Key key = new UploadSession.Key(name, id);
        occupy(key);
        boolean opened = false;
        try {
            UploadSession session = resume(key);
            opened = true;
            return session;
        } finally {
            if (!opened) {
                busy.remove(key);
            }
        }
    }

    /**
     * Ends a session and forgets what has arrived.
     *
     * @throws RegistryException BLOB_UPLOAD_UNKNOWN; BLOB_UPLOAD_BUSY while another request has it open
     */
    public void cancel(RepositoryName name, UploadId id) throws IOException {
        UploadSession.Key key = new UploadSession.Key(name, id);
        occupy(key);
        try {
            offset(name, id);
            remove(key);
            counts.countCancelled();
        } finally {
            busy.remove(key);
        }
    }

    /**
     * Ends a session that nobody has written to since then.
     *
     * @return whether it is gone; not while a request has it open
     */
    public boolean expire(RepositoryName name, UploadId id, Instant since) throws IOException {
        UploadSession.Key key = new UploadSession.Key(name, id);
        if (!busy.add(key)) {
            return false;
        }
        try {
            Optional<Instant> written = lastWritten(name, id);
            if (written.isEmpty() || !written.get().isBefore(since)) {
                return false;
            }
            remove(key);
            counts.countExpired();
            return true;
        } finally {
            busy.remove(key);
        }
    }

    /** When something last came for it, or for what an interrupted start or end has left of it; empty when there is nothing. */
    public Optional<Instant> lastWritten(RepositoryName name, UploadId id) throws IOException {
        for (ObjectKey key : List.of(
                RegistryLayout.uploadData(name, id),
                RegistryLayout.uploadStartedAt(name, id),
                RegistryLayout.uploadAlgorithm(name, id))) {
            Optional<Instant> written = store.modified(key);
            if (written.isPresent()) {
                return written;
            }
        }
        return Optional.empty();
    }

    /**
     * A session has so many bytes, or is going to.
     *
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void takes(UploadSession.Key key, long bytes) {
        accounts.uploading(key.name(), key.id(), bytes);
    }

    /** Deletes all of a session that the caller has occupied. */
    void remove(UploadSession.Key key) throws IOException {
        idle.take(key);
        // First what makes it a session, so that an interruption leaves none of half its length.
        store.delete(RegistryLayout.uploadData(key.name(), key.id()));
        accounts.uploadEnded(key.id());
        store.deleteTree(RegistryLayout.upload(key.name(), key.id()));
    }

    /** Ends the occupation of a session, keeping the hash if it still is that of the data. */
    void release(UploadSession.Key key, Optional<RunningHash> hash) {
        hash.ifPresent(running -> idle.put(key, running));
        busy.remove(key);
    }

    /** Reads all of the data once. */
    RunningHash hash(UploadSession.Key key, DigestAlgorithm algorithm) throws IOException {
        try (ObjectReader data = store.open(RegistryLayout.uploadData(key.name(), key.id()))) {
            return RunningHash.of(algorithm, data);
        }
    }

    private UploadSession resume(UploadSession.Key key) throws IOException {
        StagedWrite data;
        try {
            data = store.resume(RegistryLayout.uploadData(key.name(), key.id()));
        } catch (NoSuchObjectException e) {
            throw unknown();
        }
        boolean resumed = false;
        try {
            // Another process may have begun it, or this one long ago.
            takes(key, Math.max(1, data.size()));
            Optional<RunningHash> known = idle.take(key).filter(hash -> hash.length() == data.size());
            UploadSession session = new UploadSession(
                    this, blobs, key, data, known.isPresent() ? known.get() : hash(key, algorithm(key)));
            resumed = true;
            return session;
        } finally {
            if (!resumed) {
                data.close();
            }
        }
    }

    private void occupy(UploadSession.Key key) {
        if (!busy.add(key)) {
            throw new RegistryException(RegistryError.BLOB_UPLOAD_BUSY);
        }
    }

    /** Only a hint: a commit with another algorithm reads again. */
    private DigestAlgorithm algorithm(UploadSession.Key key) throws IOException {
        try {
            byte[] label = store.read(RegistryLayout.uploadAlgorithm(key.name(), key.id()), LONGEST_NAME);
            return DigestAlgorithm.named(new String(label, StandardCharsets.US_ASCII))
                    .orElse(DigestAlgorithm.SHA256);
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            return DigestAlgorithm.SHA256;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static RegistryException unknown() {
        return new RegistryException(RegistryError.BLOB_UPLOAD_UNKNOWN);
    }
}
