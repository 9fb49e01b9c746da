package io.wharfgate.control;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** What an operator is told of an error. */
public final class FailureText {

    private FailureText() {}

    /** The message of a file's error is often the path alone, and only its class says what is wrong with it. */
    public static String of(IOException e) {
        String message = e.getMessage();
        return e instanceof FileSystemException || message == null ? e.toString() : message;
    }
}
