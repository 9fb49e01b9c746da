package io.wharfgate.registry.rules;

import io.wharfgate.yaml.SizeText;
import java.util.Locale;

/** What is counted, and how its numbers are shown to people. */
enum Unit {
    BYTES,
    TAGS,
    REPOSITORIES;

    private static final String[] LARGER = {"KiB", "MiB", "GiB", "TiB", "PiB"};

    /** A number with its unit. */
    String show(long number) {
        return switch (this) {
            case BYTES -> size(number);
            case TAGS -> number + (number == 1 ? " tag" : " tags");
            case REPOSITORIES -> number + (number == 1 ? " repository" : " repositories");
        };
    }

    /** A number where the unit is plain from the rest of the sentence. */
    String number(long number) {
        return this == BYTES ? size(number) : Long.toString(number);
    }

    /** Exact where that is short, and else with one digit after the point. */
    static String size(long bytes) {
        String exact = SizeText.show(bytes);
        if (!Character.isDigit(exact.charAt(exact.length() - 1))) {
            return exact;
        }
        if (bytes < 1024) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < LARGER.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%s", value, LARGER[unit]);
    }
}
