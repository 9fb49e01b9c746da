package io.wharfgate.auth.token;

/** The keys cannot be used. The message names the file, says what is wrong with it and what to do, and shows no key. */
public final class TokenKeysException extends Exception {

    private static final long serialVersionUID = 1L;

    TokenKeysException(String message) {
        super(message);
    }

    TokenKeysException(String message, Throwable cause) {
        super(message, cause);
    }
}
