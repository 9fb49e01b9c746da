package io.wharfgate.control;

import java.io.IOException;

/** The control socket cannot be made or reached. The message says why, and what to do. */
public final class ControlException extends IOException {

    private static final long serialVersionUID = 1L;

    ControlException(String message) {
        super(message);
    }

    ControlException(String message, Throwable cause) {
        super(message, cause);
    }
}
