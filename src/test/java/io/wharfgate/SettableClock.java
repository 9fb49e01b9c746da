package io.wharfgate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on when a test tells it to. Thread-safe. */
public final class SettableClock extends Clock {

    private volatile Instant now;

    public SettableClock(String start) {
        this.now = Instant.parse(start);
    }

    /** At the beginning of 2026. */
    public SettableClock() {
        this("2026-01-01T00:00:00Z");
    }

    public SettableClock advance(Duration by) {
        now = now.plus(by);
        return this;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
