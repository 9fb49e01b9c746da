package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.BodySink;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.registry.UploadWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a chunk into an upload session. Whatever happens to the chunk, the bytes that arrived stay, and the session
 * says how many they are.
 */
final class ChunkSink implements BodySink {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkSink.class);

    /** What follows when the chunk is complete, or will never be; on a worker. */
    interface Ending {

        /** All of the chunk is written: closes the writer and answers the request. */
        void completed(UploadWriter writer) throws IOException;

        /** The chunk is not complete; the writer is closed already. */
        default void failed() throws IOException {}
    }

    private final HttpServerExchange exchange;
    private final UploadWriter writer;
    private final Optional<ChunkRange> range;
    private final Ending ending;
    private long received;
    private volatile boolean atWork;
    private volatile long idleSinceNanos = System.nanoTime();

    ChunkSink(HttpServerExchange exchange, UploadWriter writer, Optional<ChunkRange> range, Ending ending) {
        this.exchange = exchange;
        this.writer = writer;
        this.range = range;
        this.ending = ending;
    }

    @Override
    public void accept(ByteBuffer piece) throws IOException {
        received += piece.remaining();
        if (range.isPresent() && received > range.get().length()) {
            throw new RegistryException(RegistryError.SIZE_INVALID, "chunk is longer than its Content-Range says");
        }
        atWork = true;
        writer.append(piece);
        idleSinceNanos = System.nanoTime();
        atWork = false;
    }

    /** How long the client has sent nothing, in nanoseconds; 0 while the disk is at work. For any thread. */
    long silentNanos() {
        return atWork ? 0 : System.nanoTime() - idleSinceNanos;
    }

    @Override
    public void complete() throws IOException {
        atWork = true;
        if (range.isPresent() && received < range.get().length()) {
            throw new RegistryException(RegistryError.SIZE_INVALID, "chunk is shorter than its Content-Range says");
        }
        ending.completed(writer);
    }

    @Override
    public void failed(Throwable cause, boolean answerable) {
        try {
            writer.close();
            ending.failed();
        } catch (IOException | RuntimeException e) {
            // Whatever it is: the client still gets its answer.
            LOG.warn("upload could not be closed cleanly", e);
        }
        if (answerable) {
            ErrorWriter.sendFailure(exchange, cause);
        } else {
            LOG.debug("upload interrupted", cause);
        }
    }
}
