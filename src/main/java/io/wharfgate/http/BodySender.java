package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/**
 * Sends stored content without holding a thread for the client: a worker reads a buffer full and writes it to the
 * channel until the socket takes no more, then gives thread and buffer back. When the socket is writable again, a worker
 * reads on from the first byte that was not taken; that part comes from the page cache.
 *
 * <p>Blob content always has a known length, and never goes out chunked or with a final length that it does not keep: if
 * the source fails half way, the connection is cut.
 */
final class BodySender implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BodySender.class);

    /**
     * Read at a time, in bytes: eight TLS records, of the most that Java puts into one. More would go out as a ninth with next
     * to nothing in it.
     */
    private static final int PIECE = 8 * 16_367;

    /** After so many buffers a worker lets others have a turn, if there are any. */
    private static final int BUFFERS_PER_TURN = 16;

    private enum Phase {
        /** A worker reads and writes, or is about to. */
        WORKING,
        /** Waits for the client or for a buffer. */
        PARKED,
        DONE
    }

    private final HttpServerExchange exchange;
    private final BodySource source;
    private final Bodies bodies;
    private final StallWatch stallWatch;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WORKING);
    private long position;
    private final long end;

    BodySender(HttpServerExchange exchange, BodySource source, long position, long length, Bodies bodies) {
        this.exchange = exchange;
        this.source = source;
        this.bodies = bodies;
        this.position = position;
        this.end = position + length;
        this.stallWatch = new StallWatch(
                exchange.getIoThread(), RequestContext.of(exchange).stallTimeout(), this::stalled);
    }

    /** Begins, on a worker. */
    @Override
    public void run() {
        exchange.addExchangeCompleteListener((e, next) -> {
            endFromOutside();
            next.proceed();
        });
        StreamSinkChannel channel = exchange.getResponseChannel();
        if (channel == null) {
            finish();
            return;
        }
        stallWatch.start();
        begin(channel);
    }

    /** On a worker that owns the transfer: takes a turn when there is a buffer for it. */
    private void begin(StreamSinkChannel channel) {
        // Parked before asking: the buffer may come, on another thread, before this one returns.
        phase.set(Phase.PARKED);
        ByteBuffer buffer = bodies.buffers().acquireOr(free -> bodies.workers().execute(() -> goOnWith(channel, free)));
        if (buffer != null) {
            goOnWith(channel, buffer);
        }
    }

    private void goOnWith(StreamSinkChannel channel, ByteBuffer buffer) {
        if (phase.compareAndSet(Phase.PARKED, Phase.WORKING)) {
            Next next = turn(channel, buffer);
            bodies.buffers().release(buffer);
            goOn(channel, next);
        } else {
            bodies.buffers().release(buffer);
        }
    }

    private enum Next {
        AWAIT_CLIENT,
        ANOTHER_TURN,
        END,
        CUT
    }

    /** Sends until the socket is full, the content is out, or others wait after the buffers of a turn. */
    private Next turn(StreamSinkChannel channel, ByteBuffer buffer) {
        for (int sent = 0; position < end; sent++) {
            if (sent == BUFFERS_PER_TURN) {
                if (bodies.othersWait()) {
                    return Next.ANOTHER_TURN;
                }
                sent = 0;
            }
            try {
                fill(buffer);
            } catch (IOException e) {
                String id = RequestContext.of(exchange).id();
                LOG.error("content became unreadable while it was sent; connection cut request_id={}", id, e);
                RequestContext.of(exchange).cut(Cut.STORAGE);
                return Next.CUT;
            }
            try {
                int taken = write(channel, buffer);
                position += taken;
                if (buffer.hasRemaining()) {
                    return Next.AWAIT_CLIENT;
                }
            } catch (IOException e) {
                LOG.debug("client left", e);
                return Next.CUT;
            }
        }
        return Next.END;
    }

    private void fill(ByteBuffer buffer) throws IOException {
        buffer.clear().limit((int) Math.min(PIECE, end - position));
        while (buffer.hasRemaining()) {
            if (source.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("content ends at " + (position + buffer.position()) + ", before " + end);
            }
        }
        buffer.flip();
    }

    private int write(StreamSinkChannel channel, ByteBuffer buffer) throws IOException {
        int taken = 0;
        int n;
        do {
            n = channel.write(buffer);
            taken += n;
        } while (n > 0 && buffer.hasRemaining());
        if (taken > 0) {
            stallWatch.progress();
        }
        return taken;
    }

    private void goOn(StreamSinkChannel channel, Next next) {
        switch (next) {
            case AWAIT_CLIENT -> awaitClient(channel);
            case ANOTHER_TURN -> bodies.workers().execute(() -> begin(channel));
            case END -> end(channel);
            case CUT -> cut();
        }
    }

    /**
     * Writes are resumed and suspended on the I/O thread alone, and a worker goes on only when that thread is done with
     * the event: Undertow's TLS keeps what is resumed in a field that two threads at once spoil, and a wake-up lost there
     * leaves the client waiting until it is cut.
     */
    private void awaitClient(StreamSinkChannel channel) {
        onIoThread(() -> {
            channel.getWriteSetter().set(ready -> {
                channel.suspendWrites();
                if (phase.compareAndSet(Phase.PARKED, Phase.WORKING)) {
                    onIoThread(() -> bodies.workers().execute(() -> begin(channel)));
                }
            });
            phase.set(Phase.PARKED);
            if (exchange.isComplete()) {
                endFromOutside();
            } else {
                channel.resumeWrites();
            }
        });
    }

    /** When the I/O thread is gone the server is being closed, and nothing else can touch the transfer any more. */
    private void onIoThread(Runnable step) {
        try {
            exchange.getIoThread().execute(step);
        } catch (RejectedExecutionException e) {
            finish();
        }
    }

    /** All is written; what the socket has not taken yet still has the watch on it. The exchange then ends by itself. */
    private void end(StreamSinkChannel channel) {
        phase.set(Phase.PARKED);
        try {
            channel.shutdownWrites();
            if (!channel.flush()) {
                onIoThread(() -> {
                    channel.getWriteSetter()
                            .set(ChannelListeners.flushingChannelListener(
                                    done -> done.suspendWrites(), (c, e) -> stalled()));
                    channel.resumeWrites();
                });
            }
        } catch (IOException e) {
            cut();
        }
    }

    private void cut() {
        finish();
        IoUtils.safeClose(exchange.getConnection());
    }

    private void stalled() {
        if (phase.compareAndSet(Phase.PARKED, Phase.DONE)) {
            RequestContext.of(exchange).cut(Cut.STALLED);
            bodies.workers().execute(this::cut);
        }
    }

    /** The exchange is over, well or badly. While a worker has the transfer, its next write finds that out. */
    private void endFromOutside() {
        if (phase.compareAndSet(Phase.PARKED, Phase.DONE)) {
            bodies.workers().execute(this::finish);
        }
    }

    private void finish() {
        phase.set(Phase.DONE);
        stallWatch.stop();
        IoUtils.safeClose(source);
    }
}
