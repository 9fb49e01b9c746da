package io.wharfgate.yaml;

/** How text that a user wrote is shown again: short, on one line, without control characters or passwords in URLs. */
public final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    /** In quotation marks, shortened. */
    public static String quoted(String text) {
        String masked = text.replaceAll("//[^/@]*@", "//********@");
        boolean tooLong = masked.length() > LONGEST;
        return "\"" + printable(tooLong ? masked.substring(0, LONGEST) + "..." : masked) + "\"";
    }

    /** With everything escaped that would end the line or steer a terminal. */
    public static String printable(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (unprintable(c)) {
                shown.append(c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    public static boolean unprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
