package io.wharfgate.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * Looks after one transfer, and says so when nothing has moved for too long. Asks the clock once per limit, not once per
 * byte. Everything may be called by any thread; the alarm is raised on the I/O thread, again after each limit until
 * {@link #stop}.
 */
public final class StallWatch {

    private final XnioIoThread thread;
    private final long limitNanos;
    private final Runnable alarm;
    private volatile long progressNanos = System.nanoTime();
    private volatile boolean stopped;
    private volatile XnioExecutor.Key timer = () -> false;

    public StallWatch(XnioIoThread thread, Duration limit, Runnable alarm) {
        this.thread = thread;
        this.limitNanos = limit.toNanos();
        this.alarm = alarm;
    }

    /** Begins to watch; once. */
    public void start() {
        arm(limitNanos);
    }

    /** Something has moved: the limit begins anew. */
    public void progress() {
        progressNanos = System.nanoTime();
    }

    /** Ends the watch, so that the timer does not keep a finished transfer in memory. */
    public void stop() {
        stopped = true;
        timer.remove();
    }

    private void arm(long nanos) {
        timer = IoTimer.after(thread, this::look, nanos, TimeUnit.NANOSECONDS);
        if (stopped) {
            timer.remove();
        }
    }

    private void look() {
        if (stopped) {
            return;
        }
        long idle = System.nanoTime() - progressNanos;
        if (idle >= limitNanos) {
            alarm.run();
        }
        if (!stopped) {
            arm(idle >= limitNanos ? limitNanos : limitNanos - idle);
        }
    }
}
