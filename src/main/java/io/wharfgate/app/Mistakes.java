package io.wharfgate.app;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong in several places, so that all of it is told at once. Not thread-safe. */
final class Mistakes {

    private final List<String> messages = new ArrayList<>();

    /** Looks whether something is all right. */
    interface Check {
        void run() throws StartException;
    }

    void note(Check check) {
        try {
            check.run();
        } catch (StartException e) {
            messages.add(String.valueOf(e.getMessage()));
        }
    }

    boolean any() {
        return !messages.isEmpty();
    }

    /** @throws StartException with a line for each mistake */
    void throwIfAny() throws StartException {
        if (any()) {
            throw new StartException(String.join("\n", messages));
        }
    }
}
