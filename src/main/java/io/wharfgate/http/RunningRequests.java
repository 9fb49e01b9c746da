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

    private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private final Set<HttpServerExchange> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile boolean draining;

    void begin(HttpServerExchange exchange) {
        lock.lock();
        try {
            running.add(exchange);
        } finally {
            lock.unlock();
        }
    }

    void end(HttpServerExchange exchange) {
        lock.lock();
        try {
            running.remove(exchange);
            if (running.isEmpty()) {
                none.signalAll();
            }
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
        draining = true;
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!running.isEmpty() && left > 0) {
                left = none.awaitNanos(left);
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
        left.forEach(exchange -> {
            try {
                exchange.getIoThread().execute(() -> IoUtils.safeClose(exchange.getConnection()));
            } catch (RejectedExecutionException e) {
                // Its listener is closed already.
            }
        });
        awaitNone(CUT_PATIENCE);
    }
}
