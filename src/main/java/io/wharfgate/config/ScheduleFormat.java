package io.wharfgate.config;

import io.wharfgate.registry.RegistryConfig.Schedule;
import io.wharfgate.yaml.Shown;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 03:30} for each day, {@code sun 03:30} for once a week, {@code off} for never. */
final class ScheduleFormat implements Format<Optional<Schedule>> {

    private static final Pattern GRAMMAR =
            Pattern.compile("(?:(mon|tue|wed|thu|fri|sat|sun) )?([01]\\d|2[0-3]):([0-5]\\d)");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final String OFF = "off";

    @Override
    public Optional<Schedule> parse(Given.One given) throws InvalidValueException {
        // YAML 1.1 has "off" for false.
        if (given.text().equals(OFF) || given.text().equals("false")) {
            return Optional.empty();
        }
        Matcher parts = GRAMMAR.matcher(given.text());
        if (!parts.matches()) {
            throw new InvalidValueException(Shown.quoted(given.text())
                    + " is not a schedule; write 03:30 for each day, sun 03:30 for once a week, or off");
        }
        Optional<DayOfWeek> day = Optional.ofNullable(parts.group(1)).map(ScheduleFormat::day);
        return Optional.of(
                new Schedule(day, LocalTime.of(Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)))));
    }

    @Override
    public String show(Optional<Schedule> schedule) {
        return schedule.map(at -> at.day().map(day -> name(day) + " ").orElse("") + TIME.format(at.time()))
                .orElse(OFF);
    }

    private static DayOfWeek day(String name) {
        DayOfWeek day = DayOfWeek.MONDAY;
        while (!name(day).equals(name)) {
            day = day.plus(1);
        }
        return day;
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }
}
