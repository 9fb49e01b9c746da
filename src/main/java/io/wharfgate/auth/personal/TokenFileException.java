package io.wharfgate.auth.personal;

import java.io.IOException;

/** A file of tokens that cannot be read or changed. The message is for people: which file, what is wrong, what to do. */
public final class TokenFileException extends IOException {

    private static final long serialVersionUID = 1L;

    TokenFileException(String message) {
        super(message);
    }

    TokenFileException(String message, IOException cause) {
        super(message, cause);
    }
}
