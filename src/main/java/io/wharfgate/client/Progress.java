package io.wharfgate.client;

import java.time.Duration;

/** Is told how far copying is. Safe for use by any thread, and quick. */
public interface Progress {

    /** Blobs that were found to be needed. */
    void expect(int blobs, long bytes);

    /** Bytes of blobs that have passed. */
    void moved(long bytes);

    /** What became of one of the expected blobs. */
    void done(Descriptor blob, Outcome outcome);

    /** Something went wrong and is tried again after a pause. */
    void retrying(String why, Duration pause);

    /** What becomes of a blob. */
    enum Outcome {
        MOVED,
        MOUNTED,
        PRESENT
    }

    /** Tells nobody. */
    static Progress none() {
        return new Progress() {
            @Override
            public void expect(int blobs, long bytes) {}

            @Override
            public void moved(long bytes) {}

            @Override
            public void done(Descriptor blob, Outcome outcome) {}

            @Override
            public void retrying(String why, Duration pause) {}
        };
    }
}
