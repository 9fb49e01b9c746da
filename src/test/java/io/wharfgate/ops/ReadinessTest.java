package io.wharfgate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final CountDownLatch disk = new CountDownLatch(1);

    @AfterEach
    void end() {
        disk.countDown();
        workers.shutdownNow();
    }

    private static Readiness.Report report(Readiness readiness) throws Exception {
        return readiness.report().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Map<String, ?> hang() throws IOException {
        try {
            disk.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.of();
    }

    @Test
    void readyWhenAllIsWell() throws Exception {
        Readiness.Report report = report(new Readiness(
                workers, List.of(new Check("one", () -> Map.of("free_bytes", 5L)), new Check("two", Map::of))));
        assertThat(report.ready()).isTrue();
        assertThat(report.findings()).containsOnlyKeys("one", "two");
        assertThat(report.findings().get("one"))
                .isEqualTo(new Readiness.Finding(Optional.empty(), Map.of("free_bytes", 5L)));
    }

    @Test
    void whatIsWrongIsSaidWithItsNumbersAndTheOthersAreThere() throws Exception {
        Readiness.Report report = report(new Readiness(
                workers,
                List.of(
                        new Check("disk", () -> {
                            throw new Check.FailedException("no room", Map.of("free_bytes", 0L));
                        }),
                        new Check("broken", () -> {
                            throw new IllegalStateException("secret detail");
                        }),
                        new Check("well", Map::of))));
        assertThat(report.ready()).isFalse();
        assertThat(report.findings().get("disk"))
                .isEqualTo(new Readiness.Finding(Optional.of("no room"), Map.of("free_bytes", 0L)));
        assertThat(problem(report, "broken").orElseThrow()).doesNotContain("secret");
        assertThat(problem(report, "well")).isEmpty();
    }

    private static Optional<String> problem(Readiness.Report report, String check) {
        return Objects.requireNonNull(report.findings().get(check)).problem();
    }

    @Test
    void whatHangsFailsAndHoldsOneThreadHoweverManyAsk() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        Check hanging = new Check("storage", () -> {
            begun.incrementAndGet();
            return hang();
        });
        Readiness readiness = new Readiness(
                workers, List.of(hanging, new Check("well", Map::of)), Duration.ZERO, Duration.ofMillis(50));
        for (int i = 0; i < 5; i++) {
            Readiness.Report report = report(readiness);
            assertThat(problem(report, "storage").orElseThrow()).contains("no answer within 50 ms");
            assertThat(problem(report, "well")).isEmpty();
        }
        assertThat(begun).hasValue(1);
        disk.countDown();
        await().untilAsserted(() -> assertThat(report(readiness).ready()).isTrue());
    }

    @Test
    void workersThatAreAllBusyAreAnAnswerToo() throws Exception {
        for (int i = 0; i < 4; i++) {
            workers.execute(() -> {
                try {
                    hang();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        Readiness readiness =
                new Readiness(workers, List.of(new Check("storage", Map::of)), Duration.ZERO, Duration.ofMillis(50));
        assertThat(report(readiness).ready()).isFalse();
    }

    @Test
    void whatWasJustLookedAtIsNotLookedAtAgain() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Check counted = new Check("storage", () -> Map.of("looks", looks.incrementAndGet()));
        Readiness cached = new Readiness(workers, List.of(counted), LONG, LONG);
        for (int i = 0; i < 5; i++) {
            assertThat(report(cached).ready()).isTrue();
        }
        assertThat(looks).hasValue(1);
        Readiness fresh = new Readiness(workers, List.of(counted), Duration.ZERO, LONG);
        assertThat(report(fresh).ready()).isTrue();
        assertThat(report(fresh).ready()).isTrue();
        assertThat(looks).hasValue(3);
    }
}
