package io.wharfgate.app;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service is, as {@code sd_notify(3)} describes it; without systemd, or with another {@code Type=}
 * than {@code notify}, there is nobody to tell. No failure here ends the service: the first is logged, the rest only for
 * those who debug. Safe for use by any thread; messages arrive in the order of the calls.
 */
final class SystemdNotify {

    static final String SOCKET = "NOTIFY_SOCKET";

    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotify.class);

    /** What comes after the requests have ended: files, threads. */
    private static final Duration CLOSING = Duration.ofSeconds(30);

    private final Optional<NotifySocket> socket;
    private final Optional<Duration> watchdog;
    private Optional<String> readyStatus = Optional.empty();
    private boolean failed;

    /** @param watchdog how often systemd wants to hear that the service lives */
    SystemdNotify(Optional<NotifySocket> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    static SystemdNotify of(Map<String, String> environment, long process) {
        String address = environment.getOrDefault(SOCKET, "");
        if (!address.startsWith("/") && !address.startsWith("@")) {
            return new SystemdNotify(Optional.empty(), Optional.empty());
        }
        return new SystemdNotify(Optional.of(NotifySocket.open(address)), watchdog(environment, process));
    }

    private static Optional<Duration> watchdog(Map<String, String> environment, long process) {
        // Variables are inherited: a process that was started by the one that is meant is not watched itself.
        String meant = environment.getOrDefault("WATCHDOG_PID", Long.toString(process));
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!meant.equals(Long.toString(process)) || !micros.matches("[1-9]\\d{0,17}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(micros), java.time.temporal.ChronoUnit.MICROS));
    }

    /** Within this time, again and again, {@link #alive} has to be called once the service is ready. */
    Optional<Duration> watchdog() {
        return watchdog;
    }

    synchronized void ready(String status) {
        readyStatus = Optional.of(line(status));
        reloaded(status);
    }

    /** SIGHUP has come; {@link #reloaded} ends it. Before the start is over it makes nobody ready. */
    synchronized void reloading() {
        // Java's clock is the one that systemd compares with: CLOCK_MONOTONIC, on Linux.
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
        readyStatus.ifPresent(status -> send("RELOADING=1\nMONOTONIC_USEC=" + micros + "\nSTATUS=reading files again"));
    }

    /** @param status from now on */
    synchronized void reloaded(String status) {
        readyStatus = readyStatus.map(before -> line(status));
        readyStatus.ifPresent(now -> send("READY=1\nSTATUS=" + now));
    }

    /** @param atMost how long running requests may take; systemd gives that and a little more, whatever its unit says */
    synchronized void stopping(Duration atMost) {
        readyStatus = Optional.empty();
        long micros = TimeUnit.NANOSECONDS.toMicros(atMost.plus(CLOSING).toNanos());
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + micros + "\nSTATUS=waiting for running requests");
    }

    void status(String status) {
        send("STATUS=" + line(status));
    }

    void alive() {
        send("WATCHDOG=1");
    }

    /** A line break would begin another assignment. */
    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private synchronized void send(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            socket.get().send(message);
        } catch (IOException e) {
            if (failed) {
                LOG.debug("systemd was not told: {}", e.getMessage());
            } else {
                LOG.warn("systemd was not told, and may take the service for dead: {}", e.getMessage());
            }
            failed = true;
        }
    }
}
