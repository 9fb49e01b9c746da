package io.wharfgate.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Moves as many records in one call as there are, or as there is room for, where the JDK's engine moves one. Undertow makes a
 * system call around each call of its engine, and for an upload a change of threads: with several records in each they are
 * fewer by as much.
 *
 * <p>Only records of data are told together. What else there is (a handshake, new keys, the end) ends a run and is told by itself:
 * where such a result comes with bytes, Undertow forgets the bytes.
 *
 * <p>As thread-safe as the engine: wrap and unwrap may be called by two threads, each by one at a time.
 */
final class RecordRun {

    private final SSLEngine tls;

    /** What ended the last run of unwrap. */
    private @Nullable SSLEngineResult untold;

    RecordRun(SSLEngine tls) {
        this.tls = tls;
    }

    SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        SSLEngineResult last = tls.wrap(sources, offset, length, target);
        if (!flows(last)) {
            return last;
        }
        int consumed = last.bytesConsumed();
        int produced = last.bytesProduced();
        while (flows(last)
                && last.bytesConsumed() > 0
                && hasRemaining(sources, offset, length)
                && target.remaining() >= tls.getSession().getPacketBufferSize()) {
            // What is special about the last is the engine's state, and told by the next call again.
            last = tls.wrap(sources, offset, length, target);
            consumed += last.bytesConsumed();
            produced += last.bytesProduced();
        }
        return data(Status.OK, consumed, produced);
    }

    /**
     * As the engine's, but for one thing: with less than a record at the end of the source it says
     * {@code BUFFER_UNDERFLOW}, also when records came before that. With {@code OK} Undertow would try the rest by itself, take
     * the underflow for an empty socket, and stop reading after each run.
     */
    SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        SSLEngineResult first = untold;
        if (first != null) {
            untold = null;
            return first;
        }
        first = tls.unwrap(source, targets, offset, length);
        if (!flows(first)) {
            return first;
        }
        Status status = Status.OK;
        int consumed = first.bytesConsumed();
        int produced = first.bytesProduced();
        boolean more = produced > 0;
        while (more && source.hasRemaining() && hasRemaining(targets, offset, length)) {
            SSLEngineResult next = tls.unwrap(source, targets, offset, length);
            consumed += next.bytesConsumed();
            produced += next.bytesProduced();
            more = flows(next) && next.bytesProduced() > 0;
            if (next.getStatus() == Status.BUFFER_UNDERFLOW) {
                status = Status.BUFFER_UNDERFLOW;
            } else if (!flows(next) && next.getStatus() != Status.BUFFER_OVERFLOW) {
                untold = new SSLEngineResult(next.getStatus(), next.getHandshakeStatus(), 0, 0);
            }
        }
        return data(status, consumed, produced);
    }

    private static boolean flows(SSLEngineResult result) {
        return result.getStatus() == Status.OK && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static boolean hasRemaining(ByteBuffer[] buffers, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (buffers[i].hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private static SSLEngineResult data(Status status, int consumed, int produced) {
        return new SSLEngineResult(status, HandshakeStatus.NOT_HANDSHAKING, consumed, produced);
    }
}
