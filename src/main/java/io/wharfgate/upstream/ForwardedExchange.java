package io.wharfgate.upstream;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.wharfgate.http.Cut;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.IoTimer;
import io.wharfgate.http.LeaveWatch;
import io.wharfgate.http.Linger;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.StallWatch;
import io.wharfgate.upstream.Attempt.Failure;
import io.wharfgate.upstream.Attempt.Verdict;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;

/**
 * One attempt to have a client's request answered by an upstream: joins an {@link Upload} and a {@link Download}, and decides
 * how it ends. {@link #outcome} is what the attempt has been told; whoever moves it away from WAITING tells it, on the
 * I/O thread as long as the request's body is being read there, else on his own.
 */
final class ForwardedExchange implements FutureCallback<Void> {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardedExchange.class);

    /** How long the rest of a short answer that is thrown away may take, in milliseconds. */
    private static final int DROP_MILLIS = 1000;

    private enum Outcome {
        WAITING,
        ANSWERED,
        /** Answered, and the answer is thrown away: the client is in the hands of what comes next. */
        DROPPED,
        FAILED,
        /** The connection went while the answer came. */
        BROKEN_OFF,
        /** The client left before there was an answer. */
        ABANDONED
    }

    private final HttpServerExchange exchange;
    private final UpstreamRequest request;
    private final Attempt attempt;
    private final Upload upload;
    private final Download download;
    private final UpstreamHold hold;
    private final Duration leaseTimeout;
    private final Duration readTimeout;
    private final LeaveWatch leaveWatch;
    private final StallWatch clientWatch;
    private final StallWatch upstreamWatch;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.WAITING);
    private final AtomicReference<@Nullable Runnable> afterDrop = new AtomicReference<>();

    private volatile int answerStatus;

    /** The answer has ended as its framing says. */
    private volatile boolean upstreamEnded;

    private volatile boolean released;
    private volatile XnioExecutor.Key queueTimer = () -> false;
    private volatile boolean clientWatched;
    private volatile boolean exchangeOver;

    ForwardedExchange(
            HttpServerExchange exchange,
            UpstreamRequest request,
            Attempt attempt,
            UpstreamConfig.Limits limits,
            ByteBufferPool pool,
            WindowBudget windows) {
        this.exchange = exchange;
        this.request = request;
        this.attempt = attempt;
        this.readTimeout = limits.readTimeout();
        this.leaseTimeout = limits.leaseTimeout();
        this.hold = new UpstreamHold(this::connected);
        this.upload = new Upload(exchange, request.head(), this, pool);
        this.download = new Download(this, windows);
        Duration stallTimeout = RequestContext.of(exchange).stallTimeout();
        this.leaveWatch = new LeaveWatch(exchange);
        this.clientWatch = new StallWatch(exchange.getIoThread(), stallTimeout, this::lookAtClient);
        this.upstreamWatch = new StallWatch(exchange.getIoThread(), readTimeout, this::lookAtUpstream);
    }

    void start(CloseableHttpAsyncClient client) {
        try {
            exchange.addExchangeCompleteListener((ended, next) -> {
                exchangeEnded();
                next.proceed();
            });
        } catch (IllegalStateException e) {
            LOG.debug("the client left before its request was forwarded", e);
            return;
        }
        if (upload.read()) {
            requestRead();
        }
        hold.future(client.execute(request.address(), upload, download, null, hold.context(), this));
        if (hold.queued()) {
            // The pool itself looks at its time limits only when a connection comes back.
            queueTimer = IoTimer.after(
                    exchange.getIoThread(), this::lookAtQueue, leaseTimeout.toMillis(), TimeUnit.MILLISECONDS);
            if (exchangeOver || !hold.queued()) {
                queueTimer.remove();
            }
        }
    }

    private void lookAtQueue() {
        if (hold.queued()) {
            unanswered(
                    new ConnectionRequestTimeoutException("no free connection for " + leaseTimeout.toSeconds() + " s"));
        }
    }

    /** On the reactor, or the thread that had a pooled connection. */
    private void connected() {
        // Else it would keep every request that has waited in memory until then, long after its end.
        queueTimer.remove();
        upstreamWatch.progress();
        upstreamWatch.start();
    }

    // What the two directions tell.

    /** From here on nothing is read from the client, so somebody has to look whether it is still there. */
    void requestRead() {
        leaveWatch.start();
    }

    /** On the reactor. */
    void answered(HttpResponse response, @Nullable EntityDetails entity) throws IOException {
        if (!outcome.compareAndSet(Outcome.WAITING, Outcome.ANSWERED)) {
            throw new IOException("nobody waits for this answer any more");
        }
        answerStatus = response.getCode();
        upstreamMoved();
        if (upload.read() && leaveWatch.stop()) {
            decide(response, entity);
        } else {
            onIoThread(() -> decideEarly(response, entity));
        }
    }

    /** On the I/O thread: the upstream has answered before it had all of the body. */
    private void decideEarly(HttpResponse response, @Nullable EntityDetails entity) {
        if (response.getCode() < 300) {
            upload.catchUp();
        }
        if (!upload.read()) {
            upload.stop();
        }
        // Also when the request was just read to its end, above or before this step came up.
        leaveWatch.stop();
        decide(response, entity);
    }

    private void decide(HttpResponse response, @Nullable EntityDetails entity) {
        if (exchangeOver) {
            return;
        }
        try {
            Verdict verdict = attempt.answered(response.getCode(), List.of(response.getHeaders()), upload.begun());
            if (verdict instanceof Verdict.Relay relay) {
                relay(relay, Framing.length(request.method(), response, entity));
            } else if (verdict instanceof Verdict.Drop drop) {
                drop(drop, entity == null ? 0 : entity.getContentLength());
            }
        } catch (RuntimeException e) {
            hold.abort();
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    private void relay(Verdict.Relay relay, long length) {
        exchange.setStatusCode(relay.status());
        HeaderMap fields = exchange.getResponseHeaders();
        relay.fields().forEach(field -> fields.remove(field.getName()));
        for (Header field : relay.fields()) {
            if (!Framing.isFraming(field.getName())) {
                fields.add(new HttpString(field.getName()), field.getValue());
            }
        }
        if (length >= 0) {
            fields.put(Headers.CONTENT_LENGTH, length);
        }
        Linger linger = upload.read() ? null : Linger.begin(exchange);
        StreamSinkChannel sink = exchange.getResponseChannel();
        if (sink == null) {
            cut();
            return;
        }
        if (relay.status() == StatusCodes.NO_CONTENT) {
            // Undertow has just said "chunked" in the answer to HEAD; RFC 9112, 6.1.
            fields.remove(Headers.TRANSFER_ENCODING);
        }
        download.relay(sink, linger, length >= 0 && length <= Download.SHORT_BODY);
    }

    private void drop(Verdict.Drop drop, long length) {
        Runnable next = () -> {
            try {
                drop.next().run();
            } catch (RuntimeException e) {
                ErrorWriter.sendFailure(exchange, e);
            }
        };
        afterDrop.set(next);
        outcome.set(Outcome.DROPPED);
        boolean isShort = download.drop(length);
        if (!isShort || !upload.sent()) {
            hold.abort();
            goOnAfterDrop();
        } else if (released) {
            goOnAfterDrop();
        } else {
            IoTimer.after(
                    exchange.getIoThread(),
                    () -> failed(new SocketTimeoutException()),
                    DROP_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void goOnAfterDrop() {
        Runnable next = afterDrop.getAndSet(null);
        if (next != null) {
            upstreamWatch.stop();
            next.run();
        }
    }

    /**
     * On the reactor, which may give the connection back when this returns.
     *
     * @return whether it will: not after half a request, even if HttpCore has put an end to it
     */
    boolean upstreamEnded() {
        upstreamEnded = true;
        upstreamWatch.stop();
        boolean whole = upload.sent();
        if (!whole && answerStatus < 300) {
            // Perhaps the I/O thread is about to say that the request is over; before that nothing is given back.
            onIoThread(() -> {
                if (!upload.sent()) {
                    hold.abort();
                }
            });
        } else if (!whole) {
            hold.abort();
        }
        return whole;
    }

    /** The connection is back in the pool, or closed. */
    void released() {
        released = true;
        goOnAfterDrop();
    }

    /** The connection to the upstream is of no use any more. On any thread, perhaps more than once. */
    @Override
    public void failed(Exception cause) {
        boolean unanswered = outcome.compareAndSet(Outcome.WAITING, Outcome.FAILED);
        boolean brokeOff = !unanswered && outcome.compareAndSet(Outcome.ANSWERED, Outcome.BROKEN_OFF);
        // Only now: it may come back here at once, by cancelled(), with a cause that is none.
        hold.abort();
        if (unanswered) {
            upstreamWatch.stop();
            if (upload.read() && leaveWatch.stop()) {
                tellFailure(cause);
            } else {
                onIoThread(() -> {
                    upload.stop();
                    leaveWatch.stop();
                    tellFailure(cause);
                });
            }
        } else if (outcome.get() == Outcome.DROPPED) {
            goOnAfterDrop();
        } else if (brokeOff && !upstreamEnded && !exchangeOver) {
            LOG.warn(
                    "the upstream broke off its answer; connection cut request_id={} reason=\"{}\"",
                    RequestContext.of(exchange).id(),
                    cause.toString());
            RequestContext.of(exchange).cut(Cut.UPSTREAM);
            cut();
        }
    }

    /** As {@link #failed}, unless there is an answer by now. */
    void unanswered(Exception cause) {
        if (outcome.get() == Outcome.WAITING) {
            failed(cause);
        }
    }

    private void tellFailure(Exception cause) {
        if (exchangeOver) {
            return;
        }
        try {
            attempt.failed(new Failure(hold.kindOf(cause), upload.begun(), hold.pooled(), cause));
        } catch (RuntimeException e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    @Override
    public void cancelled() {
        failed(new IOException("cancelled"));
    }

    @Override
    public void completed(@Nullable Void nothing) {
        // The download says so.
    }

    /** On the I/O thread, while nobody writes to the client: whether it is gone. */
    boolean clientHasLeft() {
        return leaveWatch.hasLeft();
    }

    /** The client's connection failed, or was closed, under a read or a write. */
    void clientBroke(IOException cause) {
        LOG.debug("client left", cause);
        cut();
    }

    /** Ends the exchange, and with it all the rest, through {@link #exchangeEnded}. */
    private void cut() {
        hold.abort();
        onIoThread(() -> IoUtils.safeClose(exchange.getConnection()));
    }

    /** The exchange is over, well or badly. */
    private void exchangeEnded() {
        exchangeOver = true;
        leaveWatch.stop();
        download.exchangeEnded();
        clientWatch.stop();
        upstreamWatch.stop();
        outcome.compareAndSet(Outcome.WAITING, Outcome.ABANDONED);
        if (!upstreamEnded || !upload.sent()) {
            hold.abort();
        }
    }

    // Time.

    void clientMoved() {
        clientWatch.progress();
        upstreamWatch.progress();
    }

    void upstreamMoved() {
        upstreamWatch.progress();
    }

    /** It is the client's turn; its time starts now. */
    void watchClient() {
        clientWatch.progress();
        if (!clientWatched) {
            clientWatched = true;
            clientWatch.start();
        }
    }

    private void lookAtClient() {
        if (upload.awaitsClient() || download.awaitsClient()) {
            LOG.debug("client stalled");
            RequestContext.of(exchange).cut(Cut.STALLED);
            cut();
        }
    }

    private void lookAtUpstream() {
        if (upload.awaitsClient() || download.awaitsClient()) {
            upstreamWatch.progress();
        } else {
            failed(new SocketTimeoutException("silent for " + readTimeout.toSeconds() + " s"));
        }
    }

    UpstreamHold hold() {
        return hold;
    }

    /** Whether nothing is to be sent to the client any more. */
    boolean over() {
        return exchangeOver;
    }

    XnioExecutor.Key onIoThreadAfter(Runnable step, long millis) {
        return IoTimer.after(exchange.getIoThread(), step, millis, TimeUnit.MILLISECONDS);
    }

    boolean onItsIoThread() {
        return Thread.currentThread() == exchange.getIoThread();
    }

    /** When the I/O thread is gone the server is being closed, and nothing else touches the exchange any more. */
    void onIoThread(Runnable step) {
        try {
            exchange.getIoThread().execute(step);
        } catch (RejectedExecutionException e) {
            hold.abort();
        }
    }
}
