package io.wharfgate.upstream;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.wharfgate.http.IoTimer;
import io.wharfgate.http.RequestContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;

/**
 * A request's head and its body on their way from the client to the upstream.
 *
 * <p>The client's I/O thread reads a piece and writes it, itself, into the upstream's channel. While the client is silent there is
 * no buffer; the one that is read into is borrowed for a turn. Only when the upstream takes no more, what is left of the
 * piece is copied and handed to the reactor, and reading is suspended: {@link #reactorOwns} says who has the piece, and who
 * gives it away does so with his last step. All else belongs to the I/O thread.
 *
 * <p>The end of the body is told to the upstream only when the client has sent it: after a broken read the connection is cut.
 */
final class Upload implements AsyncRequestProducer {

    /** Bytes borrowed for one turn of reading. */
    static final int BUFFER_SIZE = 64 * 1024;

    /**
     * A chunk that HttpCore's buffer takes whole, with its frame: its encoder would cut a longer one into a long and a tiny one.
     */
    private static final int MOST_IN_CHUNK = UpstreamBuffers.RECORD - 12;

    /** HttpCore's chunk encoder takes all it is given, and grows: with more than this unsent, it is given nothing. */
    private static final int MOST_UNSENT = 2 * UpstreamBuffers.RECORD;

    /** So many pieces in one turn, for the sake of the other connections on this I/O thread. */
    private static final int PIECES_PER_TURN = 16;

    /** How long a connection that no longer takes anything may hold back its answer or its failure, in milliseconds. */
    private static final int BROKEN_PIPE_MILLIS = 2000;

    private static final int PROBE_LIMIT = 64 * 1024;

    private final HttpServerExchange exchange;
    private final HttpRequest head;
    private final ForwardedExchange owner;
    private final ByteBufferPool pool;
    private final long length;

    private volatile @Nullable DataStreamChannel channel;
    /** The reactor writes what is left of the piece, or waits until HttpCore's buffer is empty, and then gives back. */
    private volatile boolean reactorOwns;

    private volatile boolean read;
    private volatile boolean sent;
    private volatile boolean stopped;
    private volatile boolean begun;
    private volatile boolean awaitsClient;
    private volatile @Nullable IOException broken;
    private @Nullable ByteBuffer piece;
    private boolean ended;

    // Written by whoever owns the piece, and so by one at a time.
    private long framed;
    private long sentBefore;

    Upload(HttpServerExchange exchange, HttpRequest head, ForwardedExchange owner, ByteBufferPool pool) {
        this.exchange = exchange;
        this.head = head;
        this.owner = owner;
        this.pool = pool;
        this.read = exchange.isRequestComplete();
        this.sent = read;
        this.length = exchange.getRequestContentLength();
    }

    @Override
    public void sendRequest(RequestChannel requests, HttpContext context) throws HttpException, IOException {
        requests.sendRequest(head, read ? null : new BasicEntityDetails(length, null), context);
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public int available() {
        boolean work = reactorOwns || broken != null;
        return channel == null || (work && !stopped) ? 1 : 0;
    }

    /** On the reactor. The first call comes when there is a connection. */
    @Override
    public void produce(DataStreamChannel to) throws IOException {
        if (channel == null) {
            sentBefore = owner.hold().bytesSent();
            channel = to;
            owner.onIoThread(this::begin);
            return;
        }
        IOException failure = broken;
        if (stopped) {
            return;
        }
        if (failure != null) {
            throw failure;
        }
        if (reactorOwns) {
            ByteBuffer rest = piece;
            if (rest == null || offer(rest, to)) {
                if (!congested()) {
                    piece = null;
                    reactorOwns = false;
                    owner.onIoThread(this::pump);
                }
            }
        }
    }

    /** Gives HttpCore as much as it should have. Returns whether that is all. */
    private boolean offer(ByteBuffer data, DataStreamChannel to) throws IOException {
        int before = data.remaining();
        if (length >= 0) {
            to.write(data);
        } else {
            offerChunks(data, to);
        }
        if (data.remaining() < before) {
            owner.upstreamMoved();
        }
        return !data.hasRemaining();
    }

    private void offerChunks(ByteBuffer data, DataStreamChannel to) throws IOException {
        int end = data.limit();
        while (data.position() < end && !congested()) {
            data.limit(Math.min(end, data.position() + MOST_IN_CHUNK));
            int n = to.write(data);
            framed += n + Integer.toHexString(n).length() + 4;
            if (data.hasRemaining()) {
                break;
            }
        }
        data.limit(end);
    }

    private boolean congested() {
        if (length >= 0) {
            return false;
        }
        long out = owner.hold().bytesSent() - sentBefore;
        if (out > framed) {
            // That is the request's head, which went the same way.
            sentBefore += out - framed;
            out = framed;
        }
        return framed - out > MOST_UNSENT;
    }

    /** On the I/O thread: the upstream is there, so a client that waits to be told may send. */
    private void begin() {
        if (stopped) {
            return;
        }
        try {
            if (HttpContinue.requiresContinueResponse(exchange)
                    && !HttpContinue.createResponseSender(exchange).send()) {
                throw new IOException("the client's socket takes no interim answer");
            }
        } catch (IOException e) {
            owner.clientBroke(e);
            return;
        }
        pump();
    }

    /** On the I/O thread: moves what the client has sent, until one of the two sides has enough. */
    private void pump() {
        if (read || stopped || reactorOwns || broken != null) {
            return;
        }
        awaitsClient = false;
        try (PooledByteBuffer borrowed = pool.allocate()) {
            turn(RequestContext.body(exchange), borrowed.getBuffer());
        } catch (IOException e) {
            owner.clientBroke(e);
        }
    }

    private void turn(StreamSourceChannel source, ByteBuffer buffer) throws IOException {
        for (int i = 0; i < PIECES_PER_TURN; i++) {
            fill(source, buffer.clear());
            if (buffer.flip().hasRemaining() && !passOn(source, buffer)) {
                return;
            }
            if (ended) {
                end();
                return;
            }
            if (buffer.limit() < buffer.capacity()) {
                awaitClient(source);
                return;
            }
            if (stopped) {
                return;
            }
        }
        owner.onIoThread(this::pump);
    }

    private void fill(StreamSourceChannel source, ByteBuffer into) throws IOException {
        int n = 1;
        while (!ended && n > 0 && into.hasRemaining()) {
            n = source.read(into);
            ended = n < 0;
        }
        // A channel that was closed under us reads as ended, too: half a body must not pass for a whole one.
        if (ended && (exchange.isComplete() || !exchange.getConnection().isOpen())) {
            throw new ClosedChannelException();
        }
        if (into.position() > 0) {
            begun = true;
            owner.clientMoved();
        }
    }

    /** Returns whether the upstream took the piece and may have more. */
    private boolean passOn(StreamSourceChannel source, ByteBuffer buffer) {
        DataStreamChannel to = channel;
        if (to == null) {
            throw new IllegalStateException("reading begins with a connection");
        }
        try {
            if (offer(buffer, to) && !congested()) {
                return true;
            }
            source.suspendReads();
            piece = buffer.hasRemaining() ? copy(buffer) : null;
            reactorOwns = true;
            to.requestOutput();
        } catch (IOException e) {
            upstreamBroke(source, to, e);
        } catch (CancelledKeyException e) {
            // Closed under us: the reactor will not come for what it was given.
            reactorOwns = false;
            upstreamBroke(source, to, closed(e));
        }
        return false;
    }

    private static ByteBuffer copy(ByteBuffer rest) {
        return ByteBuffer.allocate(rest.remaining()).put(rest).flip();
    }

    private void awaitClient(StreamSourceChannel source) {
        awaitsClient = true;
        owner.watchClient();
        source.getReadSetter().set(ready -> {
            source.suspendReads();
            pump();
        });
        source.resumeReads();
    }

    /** The client has sent all of it. */
    private void end() {
        owner.requestRead();
        read = true;
        DataStreamChannel to = channel;
        try {
            if (to != null) {
                // Before it is: the answer may come, and be over, before the call returns.
                sent = true;
                to.endStream();
                owner.upstreamMoved();
            }
        } catch (IOException e) {
            sent = false;
            brokenPipe(to, e);
        } catch (CancelledKeyException e) {
            sent = false;
            brokenPipe(to, closed(e));
        }
    }

    /** What Java throws when the reactor has closed a connection that is about to be written to from here. */
    private static IOException closed(CancelledKeyException e) {
        return new IOException("the connection to the upstream was closed", e);
    }

    private void upstreamBroke(StreamSourceChannel source, DataStreamChannel to, IOException cause) {
        source.suspendReads();
        brokenPipe(to, cause);
    }

    /**
     * The upstream takes no more. Either it has answered early, and the answer is about to be told; or the connection is
     * broken, which the reactor finds out after it has read what came before the break.
     */
    private void brokenPipe(@Nullable DataStreamChannel to, IOException cause) {
        broken = cause;
        IoTimer.after(exchange.getIoThread(), () -> owner.unanswered(cause), BROKEN_PIPE_MILLIS, TimeUnit.MILLISECONDS);
        if (to != null) {
            try {
                to.requestOutput();
            } catch (CancelledKeyException alreadyClosed) {
                // By the reactor, which tells of it, or of the answer that came before, by itself.
            }
        }
    }

    /**
     * On the I/O thread: nothing more is read for the upstream. What has come already is looked at, since the body may have
     * ended in the same moment as the answer came.
     */
    void stop() {
        stopped = true;
        awaitsClient = false;
        if (read) {
            return;
        }
        try (PooledByteBuffer borrowed = pool.allocate()) {
            StreamSourceChannel source = RequestContext.body(exchange);
            source.suspendReads();
            ByteBuffer scrap = borrowed.getBuffer();
            int n = 1;
            for (int left = begun ? PROBE_LIMIT : 0; n > 0 && left > 0; left -= n) {
                n = source.read(scrap.clear());
            }
            read = n < 0;
        } catch (IOException e) {
            owner.clientBroke(e);
        }
    }

    /** On the I/O thread: the answer has come, but perhaps only the last of our steps is missing. */
    void catchUp() {
        pump();
    }

    /** Whether something of the body was read, so that it cannot be sent again. */
    boolean begun() {
        return begun;
    }

    /** Whether the client's request is read to its end. */
    boolean read() {
        return read;
    }

    /** Whether the upstream has been given all of it, so that its connection can serve again. */
    boolean sent() {
        return sent;
    }

    /** Whether it is the client's turn. */
    boolean awaitsClient() {
        return awaitsClient;
    }

    @Override
    public void failed(Exception cause) {
        // The exchange is told by its future.
    }

    @Override
    public void releaseResources() {
        // Nothing outlives a turn but the piece, which goes with this object.
    }
}
