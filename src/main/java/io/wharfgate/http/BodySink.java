package io.wharfgate.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a request body, piece by piece. Called on worker threads, by one at a time; may wait for disks. */
public interface BodySink {

    /**
     * Takes a piece: all of it, before this returns. The buffer is used again afterwards.
     *
     * @throws IOException or a RegistryException to refuse the rest; {@link #failed} is called with it then
     */
    void accept(ByteBuffer piece) throws IOException;

    /** The body is complete. Answers the request. */
    void complete() throws IOException;

    /**
     * The body will not be completed: the client left or stalled, or {@link #accept} or {@link #complete} threw. Frees
     * what the sink holds; called at most once, and not after {@link #complete} returned.
     *
     * @param cause what happened
     * @param answerable whether the client is still there to be answered
     */
    void failed(Throwable cause, boolean answerable);
}
