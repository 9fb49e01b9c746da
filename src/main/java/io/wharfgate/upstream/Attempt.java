package io.wharfgate.upstream;

import java.util.List;
import org.apache.hc.core5.http.Header;

/**
 * What the owner of a client's request decides while it is forwarded once. There may be several attempts for one request
 * as long as nothing of its body has been read from the client. Called on any thread, which must not wait; at most one
 * of the two methods, once.
 */
interface Attempt {

    /**
     * The upstream has answered; of its body nothing was read yet. Never called with a 1xx.
     *
     * @param bodyBegun whether something of the client's body has been read, so that no other attempt is possible
     */
    Verdict answered(int status, List<Header> fields, boolean bodyBegun);

    /** There was no answer; the client has been told nothing. Not called when it is the client that left. */
    void failed(Failure failure);

    /** What becomes of an answer. */
    sealed interface Verdict {

        /** The client gets it, with this status and these fields, and the body as it is. */
        record Relay(int status, List<Header> fields) implements Verdict {}

        /** It is thrown away, with its connection if its body is not short; then {@code next} runs, and answers. */
        record Drop(Runnable next) implements Verdict {}
    }

    /**
     * Why there was no answer.
     *
     * @param bodyBegun whether something of the client's body has been read, so that no other attempt is possible
     * @param pooled whether the connection had served another request before: then the upstream may have closed it in the
     *     very moment when this one was sent, and a request that may be repeated deserves a new connection
     * @param cause for the log
     */
    record Failure(Kind kind, boolean bodyBegun, boolean pooled, Exception cause) {

        enum Kind {
            /** No connection: refused, no route, unknown host, TLS handshake failed. Nothing of the request was sent. */
            CONNECT,
            /** No connection in time. Nothing of the request was sent. */
            CONNECT_TIMEOUT,
            /** All connections of the pool were taken for too long. Nothing of the request was sent. */
            POOL_EXHAUSTED,
            /** The connection broke, or what came was no HTTP. */
            BROKEN,
            /** Silence for longer than the read timeout. */
            READ_TIMEOUT
        }
    }
}
