package io.wharfgate.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Moves as many records in one call as there are, or as there is room for, where the JDK's engine moves one. Undertow makes a
 * system call around each call of its engine, and for an upload a change of threads: with several records in each they are
 * fewer by as much.
 *
 * <p>Whatever is no plain record of data ends a run: a handshake, an alert, new keys. As thread-safe as the engine.
 */
final class RecordRun {

    private final SSLEngine tls;

    RecordRun(SSLEngine tls) {
        this.tls = tls;
    }

    SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        SSLEngineResult last = tls.wrap(sources, offset, length, target);
        int consumed = last.bytesConsumed();
        int produced = last.bytesProduced();
        while (flows(last)
                && last.bytesConsumed() > 0
                && hasRemaining(sources, offset, length)
                && target.remaining() >= tls.getSession().getPacketBufferSize()) {
            last = tls.wrap(sources, offset, length, target);
            consumed += last.bytesConsumed();
            produced += last.bytesProduced();
        }
        return total(last, consumed, produced);
    }

    /**
     * As the engine's, but for one thing: with less than a record at the end of the source it says
     * {@code BUFFER_UNDERFLOW}, also when records came before that. With {@code OK} Undertow would try the rest by itself, take
     * the underflow for an empty socket, and stop reading after each run.
     */
    SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        SSLEngineResult last = tls.unwrap(source, targets, offset, length);
        int consumed = last.bytesConsumed();
        int produced = last.bytesProduced();
        while (flows(last)
                && last.bytesProduced() > 0
                && source.hasRemaining()
                && hasRemaining(targets, offset, length)) {
            SSLEngineResult next = tls.unwrap(source, targets, offset, length);
            if (next.getStatus() == Status.BUFFER_OVERFLOW) {
                // The record stays for the next call, which brings more room.
                break;
            }
            last = next;
            consumed += last.bytesConsumed();
            produced += last.bytesProduced();
        }
        return total(last, consumed, produced);
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

    private static SSLEngineResult total(SSLEngineResult last, int consumed, int produced) {
        return consumed == last.bytesConsumed() && produced == last.bytesProduced()
                ? last
                : new SSLEngineResult(last.getStatus(), last.getHandshakeStatus(), consumed, produced);
    }
}
