package io.wharfgate.files;

import java.io.IOException;

/** A file that cannot be changed. The message is for people: which file, what is wrong, what to do. */
public final class FileEditException extends IOException {

    private static final long serialVersionUID = 1L;

    FileEditException(String message) {
        super(message);
    }

    FileEditException(String message, IOException cause) {
        super(message, cause);
    }
}
