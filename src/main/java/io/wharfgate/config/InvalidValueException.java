package io.wharfgate.config;

/** A value cannot be read. The message says what is wrong and what to do, without the place and the key. */
final class InvalidValueException extends Exception {

    private static final long serialVersionUID = 1;

    InvalidValueException(String message) {
        super(message);
    }
}
