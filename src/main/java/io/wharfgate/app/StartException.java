package io.wharfgate.app;

/** The service cannot start as it is configured. The message is for the operator and says what to do. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
