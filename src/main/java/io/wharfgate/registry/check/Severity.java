package io.wharfgate.registry.check;

import java.util.Locale;

/** How bad a finding is. */
enum Severity {
    /** Somebody is refused what he pushed, or gets something else. */
    ERROR,
    /** Not as it should be; clients get what they ask for, or never had it. */
    WARNING,
    /** What interrupted work leaves behind. Harmless, and no reason for an exit code. */
    NOTICE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
