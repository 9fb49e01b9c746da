package io.wharfgate.client;

import java.io.IOException;

/**
 * Images cannot be moved, and trying the same again would not help. The message is for the operator: it says what is wrong and
 * what to do, and holds no secret.
 */
public final class ExchangeException extends IOException {

    private static final long serialVersionUID = 1L;

    public ExchangeException(String message) {
        super(message);
    }

    public ExchangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
