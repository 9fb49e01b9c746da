package io.wharfgate.tls;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * The one exchange of a connection on which plain HTTP was spoken, told in the words of an SSLEngine: "unwrap" swallows
 * the request, "wrap" gives the answer, in the clear.
 *
 * <p>The answer goes out as soon as HTTP is recognised, so that a client that stops in the middle has it too. Then the
 * rest of the request is read and dropped before the connection is closed: closing on unread bytes resets it, and a
 * reset can overtake the answer. What is read is bounded in bytes; the listener's timeout for a connection without a
 * request bounds the time.
 */
final class PlainHttpExchange {

    /** Bytes of a request that are read and dropped. Real clients have seen the answer and stopped long before. */
    static final long MAX_SWALLOWED = 16L << 20;

    private static final String BODY =
            "{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"this port speaks HTTPS; use https://\"}]}";
    private static final String HEAD = "HTTP/1.1 400 Bad Request\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: " + BODY.length() + "\r\n"
            + "Docker-Distribution-Api-Version: registry/2.0\r\n"
            + "Connection: close\r\n"
            + "\r\n";

    private final PlainHttpRequestEnd request = new PlainHttpRequestEnd();
    private long swallowed;
    private boolean answered;
    private boolean closed;

    SSLEngineResult unwrap(ByteBuffer source) {
        int length = source.remaining();
        swallowed += length;
        request.consume(source);
        if (answered && (request.isOver() || swallowed > MAX_SWALLOWED)) {
            closed = true;
        }
        if (closed) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, length, 0);
        }
        Status status = answered && length == 0 ? Status.BUFFER_UNDERFLOW : Status.OK;
        return new SSLEngineResult(status, handshakeStatus(), length, 0);
    }

    SSLEngineResult wrap(ByteBuffer target) {
        if (closed) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        }
        if (answered) {
            return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_UNWRAP, 0, 0);
        }
        // RFC 9110 section 9.3.2: an answer to HEAD has the headers of the one to GET, and no body.
        byte[] answer = (request.isHead() ? HEAD : HEAD + BODY).getBytes(StandardCharsets.US_ASCII);
        try {
            target.put(answer);
        } catch (BufferOverflowException e) {
            return new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NEED_WRAP, 0, 0);
        }
        answered = true;
        return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_UNWRAP, 0, answer.length);
    }

    HandshakeStatus handshakeStatus() {
        if (closed) {
            return HandshakeStatus.NOT_HANDSHAKING;
        }
        return answered ? HandshakeStatus.NEED_UNWRAP : HandshakeStatus.NEED_WRAP;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
