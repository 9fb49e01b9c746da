package io.wharfgate.storage;

import java.io.IOException;

/** An object is longer than its reader is willing to take. */
public final class ObjectTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    public ObjectTooLargeException(ObjectKey key, long size, int limit) {
        super("object " + key + " has " + size + " bytes, and at most " + limit + " were expected");
    }
}
