package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.SettableClock;
import io.wharfgate.registry.RegistryConfig.Schedule;
import io.wharfgate.storage.memory.MemoryStore;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class ScheduledCollectionsTest {

    private final SettableClock clock = new SettableClock("2026-07-01T12:00:00Z");
    private final AtomicReference<Optional<Schedule>> schedule = new AtomicReference<>(Optional.empty());
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger collected = new AtomicInteger();

    private ScheduledCollections start() {
        return ScheduledCollections.restless(
                new MemoryStore(),
                (arguments, out) -> collected.incrementAndGet(),
                () -> {
                    asked.incrementAndGet();
                    return Objects.requireNonNull(schedule.get());
                },
                clock);
    }

    /** Until it has looked what is to be done now. */
    private void awaitLook() {
        int before = asked.get();
        await().until(() -> asked.get() > before + 2);
    }

    @Test
    void collectsWhenTheTimeHasComeAndOnceOnly() {
        schedule.set(Optional.of(new Schedule(Optional.empty(), LocalTime.of(13, 0))));
        try (var collections = start()) {
            awaitLook();
            assertThat(collected).hasValue(0);
            clock.advance(Duration.ofMinutes(65));
            await().until(() -> collected.get() == 1);
            awaitLook();
            assertThat(collected).hasValue(1);
            clock.advance(Duration.ofDays(1));
            await().until(() -> collected.get() == 2);
        }
    }

    @Test
    void anotherScheduleIsFollowedWithoutARestart() {
        try (var collections = start()) {
            awaitLook();
            clock.advance(Duration.ofDays(1));
            awaitLook();
            assertThat(collected).hasValue(0);
            schedule.set(Optional.of(new Schedule(Optional.empty(), LocalTime.of(12, 30))));
            awaitLook();
            clock.advance(Duration.ofMinutes(35));
            await().until(() -> collected.get() == 1);
            schedule.set(Optional.empty());
            awaitLook();
            clock.advance(Duration.ofDays(7));
            awaitLook();
            assertThat(collected).hasValue(1);
        }
    }
}
