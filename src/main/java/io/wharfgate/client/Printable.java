package io.wharfgate.client;

/** Text from elsewhere, fit for a terminal. */
public final class Printable {

    private static final int LONGEST = 200;

    private Printable() {}

    /** The text without control characters (a terminal would obey them), and not endless. */
    public static String of(String text) {
        return lines(shortened(text));
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /** The text without control characters, however long. */
    public static String lines(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
