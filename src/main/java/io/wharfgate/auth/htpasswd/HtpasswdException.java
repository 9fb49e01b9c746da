package io.wharfgate.auth.htpasswd;

import java.io.IOException;

/** A password file that cannot be read or changed. The message is for people: which file, what is wrong, what to do. */
public final class HtpasswdException extends IOException {

    private static final long serialVersionUID = 1L;

    HtpasswdException(String message) {
        super(message);
    }

    HtpasswdException(String message, IOException cause) {
        super(message, cause);
    }
}
