package io.wharfgate.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long something is good, as people write it: {@code 90d}, {@code 12h}, {@code never}. */
final class Lifetime {

    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,7})([smhd])");
    private static final Duration LONGEST = Duration.ofDays(3660);

    private Lifetime() {}

    /**
     * Reads it.
     *
     * @return empty for never
     * @throws IllegalArgumentException when it is none; the message says how to write one
     */
    static Optional<Duration> parse(String text) {
        if (text.equals("never")) {
            return Optional.empty();
        }
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("write a time like 90d, 12h or 30m, or never");
        }
        long number = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("write a time from 1s to " + LONGEST.toDays() + "d, or never");
        }
        return Optional.of(duration);
    }
}
