package io.wharfgate.yaml;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 15m}, {@code 1h30m}, {@code 90d}. */
public final class DurationText {

    private static final Pattern GRAMMAR =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private DurationText() {}

    /** Empty when it is none. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4))
                .plusMillis(part(parts, 5)));
    }

    /** The shortest text that means the same, to the millisecond. */
    public static String show(Duration duration) {
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
