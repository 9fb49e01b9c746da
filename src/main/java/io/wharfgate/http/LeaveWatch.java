package io.wharfgate.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Notices a client that leaves while it waits for its answer. Nothing is read from it then and nothing is written, so
 * Undertow would find out with the answer's first bytes, minutes later perhaps. A client that half-closes counts as one
 * that left; registry clients do not.
 *
 * <p>Begins to look only after a moment, since most answers come sooner. Looking means reading, on the connection's I/O
 * thread, and the connection must not be written by another thread meanwhile: hence {@link #stop}.
 */
public final class LeaveWatch {

    private static final int PATIENCE_MILLIS = 200;

    private enum State {
        RESTING,
        /** The I/O thread reads when something comes. */
        LOOKING,
        STOPPED
    }

    private final HttpServerExchange exchange;
    private final AtomicReference<State> state = new AtomicReference<>(State.RESTING);
    private volatile XnioExecutor.Key timer = () -> false;

    public LeaveWatch(HttpServerExchange exchange) {
        this.exchange = exchange;
    }

    /** Begins, when the whole request is read. On any thread; once. */
    public void start() {
        timer = IoTimer.after(exchange.getIoThread(), this::look, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (state.get() == State.STOPPED) {
            timer.remove();
        }
    }

    /**
     * Ends the watch; on any thread, and more than once.
     *
     * @return whether the caller may write to the connection on his own thread; else only on the I/O thread, in a task that
     *     he gives to it from now on
     */
    public boolean stop() {
        State before = state.getAndSet(State.STOPPED);
        timer.remove();
        if (before != State.LOOKING) {
            return true;
        }
        if (Thread.currentThread() == exchange.getIoThread()) {
            source().suspendReads();
            return true;
        }
        exchange.getIoThread().execute(() -> source().suspendReads());
        return false;
    }

    private AbstractServerConnection connection() {
        return (AbstractServerConnection) exchange.getConnection();
    }

    /** What lies below the current request's framing. */
    private StreamSourceConduit source() {
        return connection().getOriginalSourceConduit();
    }

    private void look() {
        // What was read ahead already would have to be read first, and is none of our business.
        if (connection().getExtraBytes() == null && state.compareAndSet(State.RESTING, State.LOOKING)) {
            // Undertow puts its own listener back when the exchange is over.
            connection().getChannel().getSourceChannel().setReadListener(channel -> readable());
            source().resumeReads();
        }
    }

    private void readable() {
        if (state.get() != State.LOOKING) {
            source().suspendReads();
            return;
        }
        if (hasLeft()) {
            IoUtils.safeClose(connection());
        } else if (connection().getExtraBytes() != null) {
            // That is enough life.
            source().suspendReads();
            state.compareAndSet(State.LOOKING, State.RESTING);
        }
    }

    /**
     * Looks once whether the client has left. On the I/O thread, while nobody else touches the connection and the whole
     * request is read.
     */
    public boolean hasLeft() {
        if (connection().getExtraBytes() != null) {
            return false;
        }
        PooledByteBuffer buffer = connection().getByteBufferPool().allocate();
        int n;
        try {
            n = source().read(buffer.getBuffer());
        } catch (IOException e) {
            n = -1;
        }
        if (n > 0) {
            // The client's next request, in advance: kept where Undertow looks for it.
            buffer.getBuffer().flip();
            connection().setExtraBytes(buffer);
        } else {
            buffer.close();
        }
        return n < 0;
    }
}
