package io.wharfgate.upstream;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.EndpointDetails;
import org.jspecify.annotations.Nullable;

/**
 * What one request has of the connections: nothing yet, a place in the queue, or a connection. Lets go of it at once when
 * told so, by whatever thread: {@code Future.cancel()} alone does not (its cancellable is overwritten when the connection
 * comes from the pool), and a connection behind a closed read window would stay until a timeout.
 *
 * <p>{@link #abort} and the two steps of the chain may meet in any order. Each first leaves its own mark and then looks for
 * the other's; both marks are volatile, so one of them sees the other and discards.
 */
final class UpstreamHold {

    private static final String ATTRIBUTE = UpstreamHold.class.getName();

    private final HttpClientContext context = HttpClientContext.create();
    private final Runnable onConnected;
    private volatile @Nullable Future<?> future;
    private volatile @Nullable AsyncExecRuntime lease;
    private volatile @Nullable AsyncExecRuntime connection;
    private volatile boolean over;

    /** @param onConnected run, on any thread, when there is a connection and before anything is sent over it */
    UpstreamHold(Runnable onConnected) {
        this.onConnected = onConnected;
        context.setAttribute(ATTRIBUTE, this);
    }

    HttpClientContext context() {
        return context;
    }

    /** What waits for the connection; known as soon as the client has taken the request. */
    void future(Future<?> waiting) {
        future = waiting;
        if (over) {
            waiting.cancel(true);
        }
    }

    /** A step of the client's chain, before a connection is asked for. */
    static void beforeLease(AsyncExecChain.Scope scope) throws IOException {
        UpstreamHold hold = of(scope);
        hold.lease = scope.execRuntime;
        hold.failIfOver();
    }

    /** A step of the client's chain, with a connection and before the request is sent. */
    static void withConnection(AsyncExecChain.Scope scope) throws IOException {
        UpstreamHold hold = of(scope);
        hold.connection = scope.execRuntime;
        // The client discards the connection when its chain fails.
        hold.failIfOver();
        hold.onConnected.run();
    }

    private static UpstreamHold of(AsyncExecChain.Scope scope) {
        return (UpstreamHold) scope.clientContext.getAttribute(ATTRIBUTE);
    }

    private void failIfOver() throws IOException {
        if (over) {
            throw new IOException("the request was given up before it was sent");
        }
    }

    /** Closes the connection, or what waits for one. Does nothing to a connection that was given back already. */
    void abort() {
        over = true;
        AsyncExecRuntime held = connection;
        if (held != null) {
            held.discardEndpoint();
            return;
        }
        // Not discarded while it is being made: the new connection would find no owner and stay open for ever.
        Future<?> waiting = future;
        if (waiting != null) {
            waiting.cancel(true);
        }
    }

    /** Whether all connections of the pool are taken. */
    boolean queued() {
        AsyncExecRuntime wanted = lease;
        return wanted != null && connection == null && !wanted.isEndpointAcquired();
    }

    boolean over() {
        return over;
    }

    /** Bytes sent over the connection since it was made, without what the client's buffers still hold. */
    long bytesSent() {
        EndpointDetails details = context.getEndpointDetails();
        return details == null ? 0 : details.getSentBytesCount();
    }

    /** What a failure without an answer means. */
    Attempt.Failure.Kind kindOf(Exception cause) {
        if (connection == null) {
            if (cause instanceof ConnectionRequestTimeoutException || cause instanceof TimeoutException) {
                return Attempt.Failure.Kind.POOL_EXHAUSTED;
            }
            return cause instanceof ConnectTimeoutException || cause instanceof java.net.SocketTimeoutException
                    ? Attempt.Failure.Kind.CONNECT_TIMEOUT
                    : Attempt.Failure.Kind.CONNECT;
        }
        return cause instanceof java.net.SocketTimeoutException
                ? Attempt.Failure.Kind.READ_TIMEOUT
                : Attempt.Failure.Kind.BROKEN;
    }

    /** Whether the connection had served another request before. */
    boolean pooled() {
        EndpointDetails details = context.getEndpointDetails();
        // HttpCore counts a request when it is sent, and once more when it is answered.
        return details != null && details.getRequestCount() > 1;
    }
}
