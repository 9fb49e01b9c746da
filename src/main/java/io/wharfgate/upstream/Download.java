package io.wharfgate.upstream;

import io.wharfgate.http.Linger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListeners;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;

/**
 * An answer on its way from the upstream to the client.
 *
 * <p>The reactor writes into the client's channel itself as long as the client takes everything. When it does not, the rest is
 * kept here and the client's I/O thread goes on when the socket is writable. The sink belongs to the I/O thread while it is
 * {@link #ioBusy}, and else to the reactor; while the request is not read to its end ({@link #linger}) the reactor gives
 * everything to the I/O thread, since one connection is never read and written by two threads. What is kept is bounded: the
 * upstream may send only as much as its window allows, and the window moves on by what the client has taken. It is larger
 * for a client that takes what comes at once, as long as there is memory for that ({@link WindowBudget}).
 *
 * <p>Writes are resumed and suspended on the I/O thread alone, and the reactor gets the sink back only when that thread is
 * done with the event: Undertow's TLS keeps what is resumed in a field that two threads at once spoil, and a wake-up lost
 * there leaves the client waiting until it is cut.
 */
final class Download implements AsyncResponseConsumer<Void> {

    /** The body of a dropped answer is read to its end, for the sake of the connection, if it is not longer than this. */
    static final int SHORT_BODY = 16 * 1024;

    /** A head of which no body follows for so long goes to the client alone: it may wait for nothing but that. */
    private static final int HEAD_MILLIS = 100;

    /** When the upstream is silent for so long, the client is looked after: nothing else would show that it has left. */
    private static final int SILENCE_MILLIS = 2000;

    /** A client that takes nothing for so long is a slow one. */
    private static final long SLOW_NANOS = 50_000_000;

    private enum Course {
        UNDECIDED,
        RELAYED,
        DROPPED
    }

    private final ForwardedExchange owner;
    private final Window window;
    private final Object lock = new Object();

    // Guarded by the lock.
    private final Deque<ByteBuffer> pending = new ArrayDeque<>();
    private Course course = Course.UNDECIDED;
    /** The I/O thread drains, is about to, or waits for the socket. Until there is a sink, too: nobody can write. */
    private boolean ioBusy = true;

    private boolean ended;
    private int dropped;
    private @Nullable CapacityChannel capacity;

    /** Set once, before the course is. */
    private @Nullable StreamSinkChannel sink;

    private @Nullable Linger linger;
    private volatile boolean written;
    private volatile boolean awaitsClient;
    /** When the wait for the client's socket began; the I/O thread's. */
    private long waitBegan;

    /** Nothing has come since the last look. */
    private volatile boolean silent;

    private volatile XnioExecutor.Key silenceTimer = () -> false;

    Download(ForwardedExchange owner, WindowBudget windows) {
        this.owner = owner;
        this.window = new Window(windows);
    }

    @Override
    public void consumeResponse(
            HttpResponse response, @Nullable EntityDetails entity, HttpContext context, FutureCallback<Void> result)
            throws IOException {
        owner.answered(response, entity);
        if (entity == null) {
            streamEnd(List.of());
        }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // 1xx are between the upstream and us; a client that expects 100 was told before.
        owner.upstreamMoved();
    }

    /**
     * The answer goes to the client.
     *
     * @param isShort whether its body comes with its head
     * @param after what ends an answer to a request that is not read yet; null if it is
     */
    void relay(StreamSinkChannel to, @Nullable Linger after, boolean isShort) {
        boolean drain;
        synchronized (lock) {
            sink = to;
            linger = after;
            course = Course.RELAYED;
            // Told by the reactor, it comes before everything else of the answer, and the reactor goes on with the
            // rest.
            drain = owner.onItsIoThread();
            ioBusy = drain;
        }
        if (drain) {
            drain();
        }
        if (!isShort) {
            owner.onIoThreadAfter(this::sendHead, HEAD_MILLIS);
            watchSilence();
        }
    }

    private void watchSilence() {
        silent = true;
        silenceTimer = owner.onIoThreadAfter(this::lookAfterClient, SILENCE_MILLIS);
        if (owner.over()) {
            silenceTimer.remove();
        }
    }

    /** On the I/O thread, which borrows the connection for that. A client that is owed something has a watch of its own. */
    private void lookAfterClient() {
        boolean look;
        synchronized (lock) {
            if (ended || course != Course.RELAYED || owner.over()) {
                return;
            }
            look = silent && !ioBusy && linger == null;
            ioBusy |= look;
        }
        watchSilence();
        if (look) {
            if (owner.clientHasLeft()) {
                owner.clientBroke(new ClosedChannelException());
            } else {
                drain();
            }
        }
    }

    /** The exchange is over; on any thread. */
    void exchangeEnded() {
        silenceTimer.remove();
        window.close();
    }

    /** On the I/O thread: the upstream has sent a head, and perhaps nothing since. */
    private void sendHead() {
        synchronized (lock) {
            if (ioBusy || written || sink == null || owner.over()) {
                return;
            }
            ioBusy = true;
        }
        try {
            if (!sink.flush()) {
                awaitClient(sink);
                return;
            }
        } catch (IOException e) {
            owner.clientBroke(e);
        }
        drain();
    }

    /** The answer is thrown away. Returns whether its body is short, or over; else the connection has to go. */
    boolean drop(long length) {
        synchronized (lock) {
            course = Course.DROPPED;
            pending.forEach(piece -> dropped += piece.remaining());
            pending.clear();
            return ended || (length >= 0 && length <= SHORT_BODY);
        }
    }

    /** On the reactor. */
    @Override
    public void consume(ByteBuffer from) throws IOException {
        if (owner.over()) {
            throw new IOException("the client has left");
        }
        owner.upstreamMoved();
        silent = false;
        boolean handOver = false;
        synchronized (lock) {
            if (course == Course.DROPPED) {
                dropped += from.remaining();
                window.taken(from.remaining());
                from.position(from.limit());
                if (dropped > SHORT_BODY) {
                    throw new IOException("a dropped answer is longer than it said");
                }
                return;
            }
            if (!ioBusy && linger == null) {
                window.taken(write(from));
            }
            if (from.hasRemaining()) {
                pending.add(ByteBuffer.allocate(from.remaining()).put(from).flip());
                handOver = !ioBusy;
                ioBusy = true;
            }
        }
        if (handOver) {
            owner.onIoThread(this::drain);
        }
    }

    /** By whoever owns the sink. */
    private int write(ByteBuffer from) {
        StreamSinkChannel to = sink;
        int taken = 0;
        try {
            int n = 1;
            while (to != null && n > 0 && from.hasRemaining()) {
                n = to.write(from);
                taken += n;
            }
        } catch (IOException e) {
            owner.clientBroke(e);
        }
        if (taken > 0) {
            written = true;
            owner.clientMoved();
        }
        return taken;
    }

    /** On the reactor: it will read no more until it is told of capacity. */
    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        boolean takesAll;
        synchronized (lock) {
            capacity = channel;
            takesAll = course == Course.RELAYED && !ioBusy && written;
        }
        if (takesAll) {
            window.grow();
        }
        int credit = window.credit();
        if (credit > 0) {
            channel.update(credit);
        }
    }

    /** On the I/O thread, which owns the sink, and not within an event of the sink's. */
    private void drain() {
        if (drained()) {
            giveBack();
        }
    }

    /** On the I/O thread, within an event: the sink is given back when that is over. */
    private void writable(StreamSinkChannel to) {
        if (System.nanoTime() - waitBegan > SLOW_NANOS) {
            window.shrink();
        }
        if (drained()) {
            to.suspendWrites();
            owner.onIoThread(this::giveBack);
        }
    }

    /** To the reactor; unless it has brought more in the meantime, or the end. */
    private void giveBack() {
        boolean more;
        synchronized (lock) {
            more = ended || !pending.isEmpty();
            ioBusy = more;
        }
        if (more) {
            drain();
        }
    }

    /** Writes what is kept. Returns whether that is all for now; else the client has enough, or the answer has its end. */
    private boolean drained() {
        awaitsClient = false;
        while (true) {
            StreamSinkChannel to;
            ByteBuffer first;
            synchronized (lock) {
                to = sink;
                if (course != Course.RELAYED || to == null || owner.over()) {
                    return false;
                }
                first = pending.peek();
                if (first == null && !ended) {
                    return true;
                }
            }
            if (first == null) {
                finish(to);
                return false;
            }
            int taken = write(first);
            credit(taken);
            if (first.hasRemaining()) {
                awaitClient(to);
                return false;
            }
            synchronized (lock) {
                pending.remove();
            }
        }
    }

    private void awaitClient(StreamSinkChannel to) {
        awaitsClient = true;
        waitBegan = System.nanoTime();
        owner.watchClient();
        to.getWriteSetter().set(ready -> writable(to));
        to.resumeWrites();
    }

    private void credit(int taken) {
        window.taken(taken);
        CapacityChannel channel;
        synchronized (lock) {
            channel = capacity;
        }
        int credit = channel == null ? 0 : window.credit();
        if (channel == null || credit == 0) {
            return;
        }
        try {
            channel.update(credit);
        } catch (IOException e) {
            owner.failed(e);
        }
    }

    /** On the reactor: that was the whole answer. */
    @Override
    public void streamEnd(@Nullable List<? extends Header> trailers) {
        synchronized (lock) {
            ended = true;
        }
        if (!owner.upstreamEnded()) {
            // Else when the connection is back in the pool, so that the client's next request finds it there.
            finishUnlessBusy();
        }
    }

    /** The client has given the connection back, or closed it. */
    @Override
    public void releaseResources() {
        owner.released();
        finishUnlessBusy();
    }

    private void finishUnlessBusy() {
        StreamSinkChannel to;
        synchronized (lock) {
            if (course != Course.RELAYED || ioBusy || !ended) {
                return;
            }
            // Nobody else may finish; the I/O thread, if it is the one that has to.
            ioBusy = true;
            to = sink;
        }
        if (linger == null && to != null) {
            finish(to);
        } else {
            owner.onIoThread(this::drain);
        }
    }

    /** Everything is written, by the one who owns the sink; what the socket has not taken yet still has the watch on it. */
    private void finish(StreamSinkChannel to) {
        Linger after = linger;
        if (after != null) {
            to.suspendWrites();
            after.end(to);
            return;
        }
        try {
            to.shutdownWrites();
            if (!to.flush()) {
                awaitsClient = true;
                owner.watchClient();
                if (owner.onItsIoThread()) {
                    awaitFlush(to);
                } else {
                    owner.onIoThread(() -> awaitFlush(to));
                }
            }
        } catch (IOException e) {
            owner.clientBroke(e);
        }
    }

    private void awaitFlush(StreamSinkChannel to) {
        to.getWriteSetter()
                .set(ChannelListeners.flushingChannelListener(
                        done -> done.suspendWrites(), (c, e) -> owner.clientBroke(e)));
        to.resumeWrites();
    }

    /** Whether it is the client's turn: it does not take what is there for it. */
    boolean awaitsClient() {
        return awaitsClient;
    }

    @Override
    public void failed(Exception cause) {
        owner.failed(cause);
    }
}
