package io.wharfgate.upstream;

import java.util.Locale;

/** Why a request was sent once more. */
public enum Retry {
    /** The upstream had just closed the idle connection that it was sent over. */
    IDLE_CONNECTION,
    /** The upstream refused the gateway's credentials, and there are newer ones. */
    CREDENTIALS,
    /** An address could not be connected to, and there is another. */
    OTHER_ADDRESS;

    /** As metrics write it: {@code idle_connection}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
