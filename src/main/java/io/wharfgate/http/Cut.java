package io.wharfgate.http;

import java.util.Locale;

/** Why this service cut a connection in the middle of a request. */
public enum Cut {
    /** Nothing moved for the stall timeout. */
    STALLED,
    /** The content could not be read any further. */
    STORAGE,
    /** The upstream broke off its answer. */
    UPSTREAM,
    /** The service stopped, and the time for running requests was over. */
    STOPPING;

    /** As metrics write it: {@code stalled}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
