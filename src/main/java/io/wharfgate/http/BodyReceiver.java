package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads one request body without holding a thread for the client: the connection's I/O thread fills a buffer, a worker
 * lets the sink take it while reading is suspended, and the I/O thread goes on. A client that sends nothing costs no
 * thread and no buffer; one that sends nothing for too long is cut.
 *
 * <p>{@link #phase} says who owns the transfer, and only its owner touches {@link #buffer}. What ends it from outside
 * runs on the I/O thread too, so it never meets a read half way.
 */
final class BodyReceiver {

    private enum Phase {
        /** The I/O thread reads, or is about to. */
        READING,
        /** Nobody runs; the client's next bytes or a free buffer go on. */
        PARKED,
        /** A worker has the buffer. */
        WORKING,
        DONE
    }

    private final HttpServerExchange exchange;
    private final StreamSourceChannel source;
    private final BodySink sink;
    private final Bodies bodies;
    private final StallWatch stallWatch;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
    private @Nullable ByteBuffer buffer;
    private boolean ended;
    private @Nullable IOException broken;
    private volatile boolean connectionGone;

    BodyReceiver(HttpServerExchange exchange, StreamSourceChannel source, BodySink sink, Bodies bodies) {
        this.exchange = exchange;
        this.source = source;
        this.sink = sink;
        this.bodies = bodies;
        this.stallWatch = new StallWatch(
                exchange.getIoThread(), RequestContext.of(exchange).stallTimeout(), this::stalled);
    }

    /** Begins, on the I/O thread. */
    void start() {
        exchange.addExchangeCompleteListener((e, next) -> {
            connectionGone = true;
            if (phase.get() != Phase.DONE) {
                onIoThread(() -> endFromOutside(new ClosedChannelException()));
            }
            next.proceed();
        });
        stallWatch.start();
        try {
            if (HttpContinue.requiresContinueResponse(exchange)
                    && !HttpContinue.createResponseSender(exchange).send()) {
                throw new IOException("the client's socket takes no interim answer");
            }
        } catch (IOException e) {
            endFromOutside(e);
            return;
        }
        read();
    }

    /** On the I/O thread: fills the buffer as far as the socket goes. */
    private void read() {
        try {
            if (buffer == null) {
                buffer = bodies.buffers().acquireOr(this::goOnWith);
                if (buffer == null) {
                    phase.set(Phase.PARKED);
                    return;
                }
            }
            fill(buffer);
            if (buffer.position() > 0 || ended) {
                phase.set(Phase.WORKING);
                bodies.workers().execute(this::work);
            } else {
                releaseBuffer();
                awaitClient();
            }
        } catch (IOException e) {
            endFromOutside(e);
        }
    }

    /** When the body breaks off, what came before still counts: a resumed upload goes on behind it. */
    private void fill(ByteBuffer into) throws IOException {
        try {
            int n;
            do {
                n = source.read(into);
            } while (n > 0 && into.hasRemaining());
            ended = n < 0;
            // A channel that was closed under us reads as ended, too: half a body must not pass for a whole one.
            if (ended && (connectionGone || !exchange.getConnection().isOpen())) {
                ended = false;
                throw new ClosedChannelException();
            }
        } catch (IOException e) {
            if (into.position() == 0) {
                throw e;
            }
            broken = e;
        }
    }

    private void awaitClient() {
        phase.set(Phase.PARKED);
        source.getReadSetter().set(ready -> {
            source.suspendReads();
            if (phase.compareAndSet(Phase.PARKED, Phase.READING)) {
                stallWatch.progress();
                read();
            }
        });
        source.resumeReads();
    }

    /** A buffer became free, on whatever thread. */
    private void goOnWith(ByteBuffer free) {
        onIoThread(() -> {
            if (phase.compareAndSet(Phase.PARKED, Phase.READING)) {
                buffer = free;
                read();
            } else {
                bodies.buffers().release(free);
            }
        });
    }

    /** On a worker: the sink takes what is in the buffer. */
    private void work() {
        try {
            if (buffer != null) {
                sink.accept(buffer.flip());
                buffer.clear();
            }
            if (broken != null) {
                phase.set(Phase.READING);
                IOException cause = broken;
                onIoThread(() -> endFromOutside(cause));
            } else if (ended) {
                finish();
                sink.complete();
            } else {
                // The client could not send while the disk was at work: its time starts now.
                stallWatch.progress();
                phase.set(Phase.READING);
                onIoThread(this::read);
            }
        } catch (IOException | RuntimeException | Error e) {
            finish();
            sink.failed(e, true);
        }
    }

    /** When the I/O thread is gone the server is being closed, and nothing else can touch the transfer any more. */
    private void onIoThread(Runnable step) {
        try {
            exchange.getIoThread().execute(step);
        } catch (RejectedExecutionException e) {
            endFromOutside(new ClosedChannelException());
        }
    }

    private void stalled() {
        if (phase.get() == Phase.PARKED) {
            RequestContext.of(exchange).cut(Cut.STALLED);
            endFromOutside(
                    new StalledTransferException(RequestContext.of(exchange).stallTimeout()));
        }
    }

    /** On the I/O thread. While a worker has the transfer it goes on; the next read then finds out. */
    private void endFromOutside(IOException cause) {
        Phase now = phase.get();
        if (now == Phase.READING || now == Phase.PARKED) {
            finish();
            IoUtils.safeClose(exchange.getConnection());
            bodies.workers().execute(() -> sink.failed(cause, false));
        }
    }

    private void finish() {
        phase.set(Phase.DONE);
        stallWatch.stop();
        releaseBuffer();
    }

    private void releaseBuffer() {
        ByteBuffer held = buffer;
        if (held != null) {
            buffer = null;
            bodies.buffers().release(held);
        }
    }
}
