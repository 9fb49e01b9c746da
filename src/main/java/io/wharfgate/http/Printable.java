package io.wharfgate.http;

/** Makes what a client sent fit for one line of a log: a forged line end must not become a forged entry. */
final class Printable {

    private static final int LONGEST = 512;

    private Printable() {}

    static String of(String text) {
        boolean plain = text.length() <= LONGEST && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (plain) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.chars()
                .limit(LONGEST)
                .forEach(c ->
                        shown.append(c > ' ' && c < 0x7f ? String.valueOf((char) c) : String.format("\\u%04x", c)));
        return text.length() > LONGEST ? shown.append('…').toString() : shown.toString();
    }
}
