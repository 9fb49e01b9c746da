package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps account of what repositories hold, and says no before there is more than may be. Whoever adds or removes content
 * tells it while he holds the repository's lock. Safe for use by any thread; never waits for the storage.
 */
public interface Accounts {

    /** Counts nothing and refuses nothing. */
    Accounts NONE = new Accounts() {
        @Override
        public boolean concern(RepositoryName name) {
            return false;
        }

        @Override
        public void add(RepositoryName name, Change change, Optional<UploadId> upload) {}

        @Override
        public void remove(RepositoryName name, Change change) {}

        @Override
        public void uploading(RepositoryName name, UploadId upload, long bytes) {}

        @Override
        public void uploadEnded(UploadId upload) {}

        @Override
        public Optional<String> warning(RepositoryName name) {
            return Optional.empty();
        }
    };

    /**
     * What a repository gets or loses.
     *
     * @param content what it gets a link to, or no longer links
     * @param tags how many of its tags come or go
     * @param repositories 1 when it becomes a repository by this, or is none any more
     */
    record Change(Optional<Content> content, int tags, int repositories) {

        static final Change NONE = new Change(Optional.empty(), 0, 0);

        /** With it a repository goes. */
        static final Change LAST_MANIFEST = new Change(Optional.empty(), 0, 1);

        static Change of(Digest digest, long size) {
            return new Change(Optional.of(new Content(digest, size)), 0, 0);
        }

        /** Without its length, which whoever has counted it knows. */
        static Change of(Digest digest) {
            return of(digest, 0);
        }

        static Change tags(int tags) {
            return new Change(Optional.empty(), tags, 0);
        }
    }

    /**
     * What is stored under a digest.
     *
     * @param size in bytes
     */
    record Content(Digest digest, long size) {}

    /** Writes what has been counted. */
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    /** Whether anything in this repository is counted; else nobody need find out what changes. */
    boolean concern(RepositoryName name);

    /**
     * Counts what is about to be written.
     *
     * @param upload whose bytes it is made of; they do not count any more
     * @throws RegistryException QUOTA_EXCEEDED; then nothing is counted
     */
    void add(RepositoryName name, Change change, Optional<UploadId> upload);

    /** What has been removed, or was not written after all. */
    void remove(RepositoryName name, Change change);

    /**
     * How much an upload has, or is going to have; counts until it ends, in the place of what was said of it before.
     *
     * @param bytes in all
     * @throws RegistryException QUOTA_EXCEEDED when that is more than before, and too much; then what counted before counts
     */
    void uploading(RepositoryName name, UploadId upload, long bytes);

    /** The upload takes no room any more. */
    void uploadEnded(UploadId upload);

    /** What whoever pushes there should know: that little is left. Never says it to readers. */
    Optional<String> warning(RepositoryName name);

    /** Counts and writes; what could not be written does not count. */
    default void adding(RepositoryName name, Change change, Optional<UploadId> upload, Write write) throws IOException {
        add(name, change, upload);
        boolean written = false;
        try {
            write.run();
            written = true;
        } finally {
            if (!written) {
                remove(name, change);
            }
        }
    }
}
