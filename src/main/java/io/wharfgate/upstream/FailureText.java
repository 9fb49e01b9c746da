package io.wharfgate.upstream;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Says in a few words of one line why an upstream failed: for the log and for operators, not for clients. */
final class FailureText {

    /** Characters; messages of HttpClient name every address that was tried. */
    private static final int LONGEST = 200;

    private FailureText() {}

    static String of(Throwable failure) {
        Throwable cause = cause(failure);
        String name = cause.getClass().getSimpleName();
        String message = Objects.requireNonNullElse(cause.getMessage(), "");
        String text = message.isEmpty() ? name : name + ": " + message;
        // What an upstream sent may stand in a message: it must not end the line of the log, or its quotes.
        String line = text.replaceAll("[^ -~]+", " ").replace('"', '\'');
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** What went wrong, without what futures wrap around it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
