package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SystemdNotifyTest {

    private static final long PROCESS = 42;

    private final List<String> sent = new ArrayList<>();
    private final SystemdNotify systemd = new SystemdNotify(Optional.of(sent::add), Optional.empty());

    @Test
    void readyTellsTheStatusOnOneLine() {
        systemd.ready("serving\nREADY=0");

        assertThat(sent).containsExactly("READY=1\nSTATUS=serving READY=0");
    }

    @Test
    void reloadIsAnnouncedWithTheMonotonicClockAndEndsReady() {
        systemd.ready("serving");
        long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());

        systemd.reloading();
        systemd.reloaded("serving again");

        List<String> announced = sent.get(1).lines().toList();
        assertThat(announced.get(0)).isEqualTo("RELOADING=1");
        assertThat(Long.parseLong(announced.get(1).substring("MONOTONIC_USEC=".length())))
                .isGreaterThanOrEqualTo(before);
        assertThat(sent.get(2)).isEqualTo("READY=1\nSTATUS=serving again");
    }

    @Test
    void hangUpBeforeTheStartIsOverMakesNobodyReady() {
        systemd.reloading();
        systemd.reloaded("serving again");

        assertThat(sent).isEmpty();
    }

    @Test
    void reloadThatEndsAfterTheStopHasBegunMakesNobodyReady() {
        systemd.ready("serving");
        systemd.reloading();
        systemd.stopping(Duration.ofSeconds(30));
        systemd.reloaded("serving again");

        assertThat(sent).last().asString().startsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000\n");
    }

    @Test
    void failuresEndNothing() {
        SystemdNotify deaf = new SystemdNotify(
                Optional.of(message -> {
                    throw new IOException("no");
                }),
                Optional.empty());

        deaf.ready("serving");
        deaf.alive();
    }

    @Test
    void withoutASocketThereIsNobodyToTell() {
        SystemdNotify none = SystemdNotify.of(Map.of("WATCHDOG_USEC", "1000000"), PROCESS);

        none.ready("serving");

        assertThat(none.watchdog()).isEmpty();
    }

    @Test
    void watchdogIsForTheProcessThatIsMeant() {
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "3000000"))).contains(Duration.ofSeconds(3));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "42")))
                .contains(Duration.ofSeconds(3));
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "7")))
                .isEmpty();
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "0"))).isEmpty();
        assertThat(watchdog(Map.of("WATCHDOG_USEC", "soon"))).isEmpty();
        assertThat(watchdog(Map.of())).isEmpty();
    }

    private static Optional<Duration> watchdog(Map<String, String> variables) {
        Map<String, String> environment = new java.util.HashMap<>(variables);
        environment.put("NOTIFY_SOCKET", "/nowhere");
        return SystemdNotify.of(environment, PROCESS).watchdog();
    }
}
