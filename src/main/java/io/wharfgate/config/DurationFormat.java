package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations such as {@code 500ms}, {@code 30s}, {@code 15m}, {@code 1h30m}, {@code 90d}, within bounds. */
record DurationFormat(Duration least, Duration most) implements Format<Duration> {

    private static final Pattern GRAMMAR =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    @Override
    public Duration parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        Matcher parts = GRAMMAR.matcher(text);
        if (text.matches("\\d+")) {
            throw new InvalidValueException(
                    Shown.quoted(text) + " has no unit; write " + (text.length() > 9 ? "30" : text) + "s for seconds");
        }
        if (text.isEmpty() || !parts.matches()) {
            throw new InvalidValueException(
                    Shown.quoted(text) + " is not a duration; write it like 500ms, 30s, 15m, 1h30m or 90d");
        }
        Duration duration = Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4))
                .plusMillis(part(parts, 5));
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new InvalidValueException(Shown.quoted(text) + " is out of range; write a duration from "
                    + show(least) + " to " + show(most));
        }
        return duration;
    }

    @Override
    public String show(Duration duration) {
        var text = new StringBuilder();
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("d", duration.toDays());
        units.put("h", (long) duration.toHoursPart());
        units.put("m", (long) duration.toMinutesPart());
        units.put("s", (long) duration.toSecondsPart());
        units.put("ms", (long) duration.toMillisPart());
        units.forEach((unit, number) -> text.append(number == 0 ? "" : number + unit));
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static long part(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
