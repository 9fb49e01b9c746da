package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.RegistryConfig.Schedule;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CollectionTimesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private final CollectionTimes daily =
            new CollectionTimes(new Schedule(Optional.empty(), LocalTime.of(3, 30)), BERLIN);
    private final CollectionTimes sundays =
            new CollectionTimes(new Schedule(Optional.of(DayOfWeek.SUNDAY), LocalTime.of(2, 30)), BERLIN);

    @Test
    void goesByTheClockOnTheWall() {
        assertThat(daily.after(Instant.parse("2026-07-01T01:29:59Z"))).isEqualTo("2026-07-01T01:30:00Z");
        assertThat(daily.after(Instant.parse("2026-07-01T01:30:00Z"))).isEqualTo("2026-07-02T01:30:00Z");
        assertThat(daily.after(Instant.parse("2026-12-01T02:00:00Z"))).isEqualTo("2026-12-01T02:30:00Z");
    }

    @Test
    void onceAWeek() {
        assertThat(sundays.after(Instant.parse("2026-11-22T12:00:00Z"))).isEqualTo("2026-11-29T01:30:00Z");
        assertThat(sundays.after(Instant.parse("2026-11-22T01:00:00Z"))).isEqualTo("2026-11-22T01:30:00Z");
        assertThat(sundays.after(Instant.parse("2026-11-26T12:00:00Z"))).isEqualTo("2026-11-29T01:30:00Z");
    }

    @Test
    void anHourThatIsLeftOutInSpringDoesNotLoseTheCollection() {
        assertThat(sundays.after(Instant.parse("2026-03-29T00:00:00Z"))).isEqualTo("2026-03-29T01:30:00Z");
    }

    @Test
    void whatWasMissedIsMadeUpForSoon() {
        Instant now = Instant.parse("2026-07-01T12:00:00Z");
        assertThat(daily.first(now, Optional.of(Instant.parse("2026-06-30T01:31:00Z"))))
                .isEqualTo(now.plus(CollectionTimes.SOON));
        assertThat(daily.first(now, Optional.of(Instant.parse("2026-07-01T01:31:00Z"))))
                .isEqualTo("2026-07-02T01:30:00Z");
        assertThat(daily.first(now, Optional.empty())).isEqualTo("2026-07-02T01:30:00Z");
        Instant shortBefore = Instant.parse("2026-07-01T01:25:00Z");
        assertThat(daily.first(shortBefore, Optional.of(Instant.parse("2026-06-20T01:31:00Z"))))
                .isEqualTo("2026-07-01T01:30:00Z");
    }
}
