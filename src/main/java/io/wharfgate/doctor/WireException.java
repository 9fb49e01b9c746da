package io.wharfgate.doctor;

import java.io.IOException;

/** Something on the wire that is no answer. The message is for people, and completes "seen: ...". */
final class WireException extends IOException {

    private static final long serialVersionUID = 1L;
    private final boolean timedOut;

    WireException(String message) {
        super(message);
        this.timedOut = false;
    }

    WireException(String message, Throwable cause) {
        this(message, cause, false);
    }

    WireException(String message, Throwable cause, boolean timedOut) {
        super(message, cause);
        this.timedOut = timedOut;
    }

    boolean timedOut() {
        return timedOut;
    }

    /** The message, which this exception always has. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
