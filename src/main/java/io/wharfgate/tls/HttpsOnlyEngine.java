package io.wharfgate.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection before the JDK's engine does. TLS goes on to the JDK; plain HTTP is answered
 * with a 400 in the clear ({@link PlainHttpExchange}); anything else ends the connection at once, where the JDK would
 * wait for five bytes. After the first bytes each call costs one comparison more than the JDK's own engine, and moves as many
 * records as it can ({@link RecordRun}).
 *
 * <p>As thread-safe as the JDK's engine: wrap and unwrap may be called by two threads, each by one at a time. Only
 * unwrap writes {@link #plain}, before any wrap that could need it.
 */
final class HttpsOnlyEngine extends DelegatingEngine {

    private static final SSLEngineResult MORE_BYTES_NEEDED =
            new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NEED_UNWRAP, 0, 0);
    private static final SSLEngineResult CLOSED =
            new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);

    private final SSLEngine tls;
    private final RecordRun records;
    private boolean decided;
    private boolean rejected;
    private volatile @Nullable PlainHttpExchange plain;

    HttpsOnlyEngine(SSLEngine tls, @Nullable String host, int port) {
        super(tls, host, port);
        this.tls = tls;
        this.records = new RecordRun(tls);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        if (!decided) {
            switch (FirstBytes.of(source)) {
                case TLS -> decided = true;
                case TOO_FEW -> {
                    return tls.isInboundDone() ? CLOSED : MORE_BYTES_NEEDED;
                }
                case HTTP -> {
                    decided = true;
                    plain = new PlainHttpExchange();
                }
                case OTHER -> {
                    decided = true;
                    rejected = true;
                    throw new SSLException("neither TLS nor HTTP was spoken on the TLS port");
                }
            }
        }
        PlainHttpExchange http = plain;
        return http == null ? records.unwrap(source, targets, offset, length) : http.unwrap(source);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        PlainHttpExchange http = plain;
        if (http != null) {
            return http.wrap(target);
        }
        return rejected ? CLOSED : records.wrap(sources, offset, length, target);
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        PlainHttpExchange http = plain;
        return http == null ? tls.getHandshakeStatus() : http.handshakeStatus();
    }

    @Override
    public void closeInbound() throws SSLException {
        PlainHttpExchange http = plain;
        if (http != null) {
            http.close();
        } else if (!rejected) {
            tls.closeInbound();
        }
    }

    @Override
    public void closeOutbound() {
        PlainHttpExchange http = plain;
        if (http != null) {
            http.close();
        } else {
            tls.closeOutbound();
        }
    }

    @Override
    public boolean isInboundDone() {
        PlainHttpExchange http = plain;
        return http == null ? rejected || tls.isInboundDone() : http.isClosed();
    }

    @Override
    public boolean isOutboundDone() {
        PlainHttpExchange http = plain;
        return http == null ? rejected || tls.isOutboundDone() : http.isClosed();
    }
}
