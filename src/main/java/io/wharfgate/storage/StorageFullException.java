package io.wharfgate.storage;

import java.io.IOException;

/** A write failed because the storage, or the share of it that we may use, has no room left. */
public final class StorageFullException extends IOException {

    private static final long serialVersionUID = 1L;

    public StorageFullException(String message) {
        super(message);
    }

    public StorageFullException(String message, IOException cause) {
        super(message, cause);
    }
}
