package io.wharfgate.http;

import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/** Timers of I/O threads, for any thread. Never call {@link XnioIoThread#executeAfter} but from here; a test sees to it. */
public final class IoTimer {

    private IoTimer() {}

    /**
     * Runs a task on an I/O thread when the time is over.
     *
     * <p>XNIO 3.8 loses the wake-up of a timer that another thread sets in the moment in which the I/O thread has looked for
     * timers and is about to wait: the timer then fires with the thread's next event, which on a quiet server is never. Tasks
     * without a time do not have this gap, so an empty one makes the I/O thread look again.
     *
     * @return to take it back
     */
    public static XnioExecutor.Key after(XnioIoThread thread, Runnable task, long time, TimeUnit unit) {
        XnioExecutor.Key key = thread.executeAfter(task, time, unit);
        if (Thread.currentThread() != thread) {
            thread.execute(() -> {});
        }
        return key;
    }
}
