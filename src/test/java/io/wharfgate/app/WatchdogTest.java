package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.http.HttpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {

    private static final Duration LIMIT = Duration.ofMillis(40);

    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicBoolean hangs = new AtomicBoolean();
    private final AtomicInteger askedInVain = new AtomicInteger();

    private final Executor sound = Runnable::run;
    private final Executor doubtful = task -> {
        if (hangs.get()) {
            askedInVain.incrementAndGet();
        } else {
            task.run();
        }
    };

    @Test
    void tellsAgainAndAgainWhileEveryThreadTakesTasks() {
        try (Watchdog watchdog = new Watchdog(LIMIT, () -> List.of(sound, doubtful), alive::incrementAndGet)) {
            watchdog.start();

            await().until(() -> alive.get() > 3);
        }
    }

    @Test
    void isSilentWhileOneThreadHangsAndGoesOnWhenItNoLongerDoes() {
        hangs.set(true);
        try (Watchdog watchdog = new Watchdog(LIMIT, () -> List.of(sound, doubtful), alive::incrementAndGet)) {
            watchdog.start();
            await().until(() -> askedInVain.get() > 2);

            assertThat(alive).hasValue(0);

            hangs.set(false);
            await().until(() -> alive.get() > 0);
        }
    }

    @Test
    void isSilentWhenAThreadRefusesTasks() {
        AtomicInteger refused = new AtomicInteger();
        Executor closed = task -> {
            refused.incrementAndGet();
            throw new java.util.concurrent.RejectedExecutionException();
        };
        try (Watchdog watchdog = new Watchdog(LIMIT, () -> List.of(closed), alive::incrementAndGet)) {
            watchdog.start();
            await().until(() -> refused.get() > 2);
        }
        assertThat(alive).hasValue(0);
    }

    @Test
    void everyThreadOfARunningServiceTakesTasks(@TempDir Path directory) throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).start()) {
            List<Executor> threads = service.service().threads();
            Set<Thread> asked = ConcurrentHashMap.newKeySet();

            threads.forEach(one -> one.execute(() -> asked.add(Thread.currentThread())));

            // A worker, the I/O threads of the main listener, one of the redirect's and one of the operator's.
            await().until(() -> asked.size() == threads.size());
            assertThat(threads).hasSize(HttpServer.ioThreads() + 3);
        }
    }
}
