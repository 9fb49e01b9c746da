package io.wharfgate.http;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests that are being answered, so that a stopping service can wait for them. Thread-safe. */
public final class RunningRequests {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int running;
    private volatile boolean draining;

    void begin() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            running--;
            if (running == 0) {
                none.signalAll();
            }
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
            while (running > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
            return running;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return running;
        } finally {
            lock.unlock();
        }
    }
}
