package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.StagedWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload session while one request has it open. */
final class UploadSession implements UploadWriter {

    private static final Logger log = LoggerFactory.getLogger(UploadSession.class);

    /** Which session: an id is good only in the repository that it was given for. */
    record Key(RepositoryName name, UploadId id) {
        @Override
        public String toString() {
            return name + "/" + id;
        }
    }

    private enum State {
        /** Takes bytes. */
        OPEN,
        /** An error has ended this writer; what arrived stays in the session. */
        FAILED,
        /** There is no session any more. */
        ENDED,
        CLOSED
    }

    private final Uploads uploads;
    private final Blobs blobs;
    private final Key key;
    private final StagedWrite data;
    private final RunningHash hash;
    private boolean hashSpent;
    private State state = State.OPEN;

    UploadSession(Uploads uploads, Blobs blobs, Key key, StagedWrite data, RunningHash hash) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.key = key;
        this.data = data;
        this.hash = hash;
    }

    @Override
    public long offset() {
        return data.size();
    }

    @Override
    public void append(ByteBuffer source) throws IOException {
        requireOpen();
        ByteBuffer written = source.duplicate();
        state = State.FAILED;
        takes(source.remaining());
        DiskFull.told(() -> data.append(source));
        hash.update(written);
        state = State.OPEN;
    }

    @Override
    public void announce(long bytes) throws IOException {
        requireOpen();
        uploads.takes(key, data.size() + bytes);
    }

    /** An upload that finds no room can never be completed: what has arrived of it goes, as it is in the way of others. */
    private void takes(long bytes) throws IOException {
        try {
            uploads.takes(key, data.size() + bytes);
        } catch (RegistryException e) {
            end();
            throw e;
        }
    }

    private void end() throws IOException {
        data.close();
        uploads.remove(key);
        state = State.ENDED;
    }

    @Override
    public Digest commit(Digest expected) throws IOException {
        requireOpen();
        state = State.FAILED;
        hashSpent = true;
        RunningHash whole = expected.algorithm() == hash.algorithm() ? hash : uploads.hash(key, expected.algorithm());
        if (!whole.finish().equals(expected)) {
            end();
            uploads.counts().countMismatched();
            throw new RegistryException(
                    RegistryError.DIGEST_INVALID,
                    "the content that arrived does not have this digest; push it again from the start",
                    Map.of("digest", expected.toString()));
        }
        blobs.pin(expected);
        long size = data.size();
        DiskFull.told(() -> data.commit(RegistryLayout.blobData(expected)));
        state = State.ENDED;
        try {
            // The link comes after the data: it is what makes it a blob of this repository.
            DiskFull.told(() -> blobs.link(key.name(), new Accounts.Content(expected, size), key.id()));
            uploads.counts().countFinished();
        } finally {
            removeRest();
        }
        return expected;
    }

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean ended = state == State.ENDED;
        state = State.CLOSED;
        try {
            data.close();
        } catch (IOException e) {
            log.warn("upload cannot be closed; what arrived may be incomplete upload={} reason={}", key, e.toString());
        } finally {
            // The size is looked at last: closing may find out that the disk has lost something.
            if (!ended) {
                // Less than was announced, perhaps; never more, which could be refused.
                uploads.takes(key, Math.max(1, data.size()));
            }
            boolean whole = !hashSpent && hash.length() == data.size();
            uploads.release(key, whole ? Optional.of(hash) : Optional.empty());
        }
    }

    /** The session's data is a blob now; whatever becomes of this does not change the answer to the client. */
    private void removeRest() {
        try {
            uploads.remove(key);
        } catch (IOException e) {
            log.warn("finished upload cannot be cleared away upload={} reason={}", key, e.toString());
        }
    }

    private void requireOpen() throws IOException {
        if (state != State.OPEN) {
            throw new IOException("upload writer takes no more after an error, its end or its close: " + key);
        }
    }
}
