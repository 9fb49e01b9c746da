package io.wharfgate.yaml;

/**
 * One mistake, or one warning.
 *
 * @param origin where it is
 * @param key the key that it is about, {@code server.listen}; empty when it is about no single key
 * @param message what is wrong and what to do, on one line; never holds a secret
 */
public record Finding(Origin origin, String key, String message) {

    /** Unknown keys are shown too, and nothing limits those. */
    private static final int LONGEST_KEY = 100;

    public Finding {
        // Messages quote what users wrote. One finding is one line, whatever that was.
        message = Shown.printable(message);
        key = Shown.printable(key.length() > LONGEST_KEY ? key.substring(0, LONGEST_KEY) + "..." : key);
    }

    /** {@code file:line: key: what is wrong; what to do}, or the variable's name in place of file and line. */
    @Override
    public String toString() {
        return Shown.printable(origin.toString()) + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
