package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;

/**
 * Whether the bytes of one request move. Nobody tells it so: whoever asks finds out, by comparing with the last time that he
 * asked. So a transfer pays nothing for being watched. Guarded by {@link RunningRequests}.
 */
final class Progress {

    private long moved = -1;
    private long sinceNanos;

    /** Bytes of both directions that have moved up to now. */
    static long moved(HttpServerExchange exchange, RequestContext context) {
        return context.received() + exchange.getResponseBytesSent();
    }

    /** How long nothing has moved, at the least, of {@code now} bytes. */
    long idleNanos(long now, long nanoTime) {
        if (now != moved) {
            moved = now;
            sinceNanos = nanoTime;
        }
        return nanoTime - sinceNanos;
    }
}
