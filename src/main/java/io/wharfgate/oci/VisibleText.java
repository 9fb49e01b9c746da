package io.wharfgate.oci;

/** Makes text that somebody else chose fit for a log line, so that nobody can forge or hide lines by choosing a name. */
public final class VisibleText {

    private static final int LONGEST = 64;

    private VisibleText() {}

    /**
     * The text in double quotes: quotes and backslashes escaped, characters that are not visible (control, format and
     * line separators, lone surrogates) shown as {@code \}{@code uXXXX}, and cut after 64 characters.
     */
    public static String quote(String text) {
        var visible = new StringBuilder().append('"');
        int shown = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (shown++ == LONGEST) {
                return visible.append("\"...").toString();
            }
            append(visible, text.codePointAt(i));
        }
        return visible.append('"').toString();
    }

    /** The whole text, on one line, with nothing in it that a terminal would obey; quotes and backslashes stay as they are. */
    public static String onOneLine(String text) {
        if (isPlain(text) || text.codePoints().noneMatch(VisibleText::invisible)) {
            return text;
        }
        var visible = new StringBuilder();
        text.codePoints()
                .forEach(c -> visible.append(invisible(c) ? String.format("\\u%04X", c) : Character.toString(c)));
        return visible.toString();
    }

    /** ASCII, as nearly all of it is. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder visible, int codePoint) {
        if (codePoint == '"' || codePoint == '\\') {
            visible.append('\\').appendCodePoint(codePoint);
        } else if (invisible(codePoint)) {
            visible.append(String.format("\\u%04X", codePoint));
        } else {
            visible.appendCodePoint(codePoint);
        }
    }

    private static boolean invisible(int codePoint) {
        if (codePoint >= ' ' && codePoint < 0x7f) {
            return false;
        }
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
