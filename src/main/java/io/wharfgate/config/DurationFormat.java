package io.wharfgate.config;

import io.wharfgate.yaml.DurationText;
import io.wharfgate.yaml.Shown;
import java.time.Duration;

/** Durations such as {@code 500ms}, {@code 30s}, {@code 15m}, {@code 1h30m}, {@code 90d}, within bounds. */
record DurationFormat(Duration least, Duration most) implements Format<Duration> {

    @Override
    public Duration parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        if (text.matches("\\d+")) {
            throw new InvalidValueException(
                    Shown.quoted(text) + " has no unit; write " + (text.length() > 9 ? "30" : text) + "s for seconds");
        }
        Duration duration = DurationText.parse(text)
                .orElseThrow(() -> new InvalidValueException(
                        Shown.quoted(text) + " is not a duration; write it like 500ms, 30s, 15m, 1h30m or 90d"));
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new InvalidValueException(Shown.quoted(text) + " is out of range; write a duration from "
                    + show(least) + " to " + show(most));
        }
        return duration;
    }

    @Override
    public String show(Duration duration) {
        return DurationText.show(duration);
    }
}
