package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.xnio.IoUtils;

/** The requests that are being answered, so that a stopping service can wait for them, and cut them. Thread-safe. */
public final class RunningRequests {

    /** Of a transfer that moves, a byte does so now and then: this is long for a disk, a network, and a login before it. */
    private static final Duration STALLED = Duration.ofSeconds(10);

    private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<HttpServerExchange> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private long lastEnd = System.nanoTime();
    private final RequestListener listener;
    private long receivedBefore;
    private long sentBefore;
    private volatile boolean draining;

    public RunningRequests() {
        this(RequestListener.none());
    }

    /** @param listener is told of each request when it is over */
    public RunningRequests(RequestListener listener) {
        this.listener = listener;
    }

    void begin(HttpServerExchange exchange) {
        lock.lock();
        try {
            running.add(exchange);
        } finally {
            lock.unlock();
        }
    }

    void end(HttpServerExchange exchange) {
        RequestContext context = RequestContext.of(exchange);
        lock.lock();
        try {
            if (running.remove(exchange)) {
                receivedBefore += context.received();
                sentBefore += exchange.getResponseBytesSent();
            }
            lastEnd = System.nanoTime();
            if (draining) {
                ended.signalAll();
            }
        } finally {
            lock.unlock();
        }
        listener.ended(exchange, context);
    }

    /** What is on its way just now. Takes time by the number of requests, while others that begin or end wait. */
    public Transfers transfers() {
        long now = System.nanoTime();
        int receiving = 0;
        int sending = 0;
        int stalled = 0;
        lock.lock();
        try {
            long received = receivedBefore;
            long sent = sentBefore;
            for (HttpServerExchange exchange : running) {
                RequestContext context = RequestContext.of(exchange);
                received += context.received();
                sent += exchange.getResponseBytesSent();
                boolean receives = !exchange.isRequestComplete();
                boolean sends = exchange.isResponseStarted() && !exchange.isResponseComplete();
                receiving += receives ? 1 : 0;
                sending += sends ? 1 : 0;
                long idle = context.progress().idleNanos(Progress.moved(exchange, context), now);
                stalled += (receives || sends) && idle >= STALLED.toNanos() ? 1 : 0;
            }
            return new Transfers(receiving, sending, stalled, received, sent);
        } finally {
            lock.unlock();
        }
    }

    /** How many requests are being answered just now. */
    public int count() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the service is stopping: answers then ask clients to connect anew, to its successor. */
    boolean draining() {
        return draining;
    }

    /**
     * Waits until no request runs any more.
     *
     * @return how many still run when the limit is over
     */
    public int awaitNone(Duration limit) {
        return awaitQuiet(limit, Duration.ZERO);
    }

    /**
     * Waits until those requests have ended that run at this moment, whatever begins meanwhile; then cuts what is left of them.
     *
     * @return how many were cut
     */
    public int finishThese(Duration limit) {
        Set<HttpServerExchange> these = Collections.newSetFromMap(new IdentityHashMap<>());
        lock.lock();
        try {
            these.addAll(running);
            draining = true;
            long left = limit.toNanos();
            while (left > 0 && !Collections.disjoint(running, these)) {
                left = ended.awaitNanos(left);
            }
            these.retainAll(running);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        these.forEach(RunningRequests::cut);
        return these.size();
    }

    /**
     * Waits until no request runs any more, and none has for a while: requests that are on their way meanwhile are answered
     * too, and their clients asked to connect anew.
     *
     * @param quiet that while, counted from this call on
     * @return how many still run when the limit is over
     */
    public int awaitQuiet(Duration limit, Duration quiet) {
        draining = true;
        long begin = System.nanoTime();
        lock.lock();
        try {
            for (long now = begin; now - begin < limit.toNanos(); now = System.nanoTime()) {
                long left = limit.toNanos() - (now - begin);
                long silent = now - Math.max(begin, lastEnd);
                if (!running.isEmpty()) {
                    ended.awaitNanos(left);
                } else if (silent < quiet.toNanos()) {
                    // A request that begins in between wakes nobody, and is seen when the time is over.
                    ended.awaitNanos(Math.min(left, quiet.toNanos() - silent));
                } else {
                    break;
                }
            }
            return running.size();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Cuts the connections of what still runs, and waits a moment until that has been noticed: what a cut upload has
     * written is let go of properly, as when its client had left.
     */
    public void cut() {
        List<HttpServerExchange> left;
        lock.lock();
        try {
            left = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        left.forEach(RunningRequests::cut);
        awaitNone(CUT_PATIENCE);
    }

    private static void cut(HttpServerExchange exchange) {
        RequestContext.of(exchange).cut(Cut.STOPPING);
        try {
            exchange.getIoThread().execute(() -> IoUtils.safeClose(exchange.getConnection()));
        } catch (RejectedExecutionException e) {
            // Its listener is closed already.
        }
    }
}
