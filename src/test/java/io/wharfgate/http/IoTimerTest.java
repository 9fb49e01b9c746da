package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

class IoTimerTest {

    private static final int TIMERS = 2_000;

    /** Each timer is set while the I/O thread goes to sleep; nothing else would wake it. */
    @Test
    void timerThatIsSetWhileTheThreadGoesToSleepFires() throws Exception {
        XnioWorker worker = Xnio.getInstance()
                .createWorker(OptionMap.create(Options.WORKER_IO_THREADS, 1, Options.THREAD_DAEMON, true));
        try {
            XnioIoThread thread = worker.getIoThread();
            for (int i = 0; i < TIMERS; i++) {
                AtomicBoolean awake = new AtomicBoolean();
                CountDownLatch fired = new CountDownLatch(1);
                thread.execute(() -> awake.set(true));
                // Not by a latch: until that wakes this thread, the other has long been asleep.
                while (!awake.get()) {
                    Thread.onSpinWait();
                }
                for (int spin = i % 100; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                IoTimer.after(thread, fired::countDown, 1, TimeUnit.MILLISECONDS);
                assertThat(fired.await(20, TimeUnit.SECONDS)).as("timer %d", i).isTrue();
            }
        } finally {
            worker.shutdownNow();
        }
    }
}
