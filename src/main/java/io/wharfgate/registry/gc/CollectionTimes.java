package io.wharfgate.registry.gc;

import io.wharfgate.registry.RegistryConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;

/**
 * When garbage is collected by itself: at the time of the schedule, by the clock on the wall; and soon after a start, if it should
 * have been while no service ran. Immutable.
 */
final class CollectionTimes {

    /** Clients come first after a start. */
    static final Duration SOON = Duration.ofMinutes(10);

    private final RegistryConfig.Schedule schedule;
    private final ZoneId zone;

    CollectionTimes(RegistryConfig.Schedule schedule, ZoneId zone) {
        this.schedule = schedule;
        this.zone = zone;
    }

    /** @param last when garbage was last collected; empty when it never was */
    Instant first(Instant now, Optional<Instant> last) {
        Instant next = after(now);
        Instant previous = before(now);
        boolean missed = last.filter(at -> at.isBefore(previous)).isPresent();
        Instant soon = now.plus(SOON);
        return missed && soon.isBefore(next) ? soon : next;
    }

    /** The first time of the schedule after that moment. */
    Instant after(Instant now) {
        ZonedDateTime local = now.atZone(zone);
        ZonedDateTime next = at(local);
        return (next.isAfter(local) ? next : at(local.plusDays(schedule.day().isPresent() ? 7 : 1))).toInstant();
    }

    private Instant before(Instant now) {
        ZonedDateTime local = now.atZone(zone);
        ZonedDateTime same = at(local);
        return (same.isAfter(local) ? at(local.minusDays(schedule.day().isPresent() ? 7 : 1)) : same).toInstant();
    }

    /** That time on the day itself, or on the first right day of the week from it on. */
    private ZonedDateTime at(ZonedDateTime day) {
        ZonedDateTime right = schedule.day()
                .map(name -> day.with(TemporalAdjusters.nextOrSame(name)))
                .orElse(day);
        return right.toLocalDate().atTime(schedule.time()).atZone(zone);
    }
}
