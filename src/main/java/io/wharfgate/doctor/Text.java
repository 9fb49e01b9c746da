package io.wharfgate.doctor;

import java.time.Duration;

/** Numbers as people read them. */
final class Text {

    private Text() {}

    static String time(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /** An address of IPv6 without its zeros, anything else as it is. */
    static String address(String text) {
        return text.indexOf(':') < 0 ? text : text.replaceFirst("(?:^|:)0(?::0)+(?::|$)", "::");
    }

    static String size(long bytes) {
        if (bytes >= 1024 * 1024) {
            return String.format(java.util.Locale.ROOT, "%.2f MiB", bytes / 1048576.0)
                    .replace(".00", "");
        }
        return bytes >= 1024 && bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
    }
}
