package io.wharfgate.storage;

import java.io.IOException;

/** There is no object of that key. */
public final class NoSuchObjectException extends IOException {

    private static final long serialVersionUID = 1L;

    public NoSuchObjectException(ObjectKey key) {
        super("no such object: " + key);
    }
}
