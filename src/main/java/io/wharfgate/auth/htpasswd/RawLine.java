package io.wharfgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a file, byte for byte: joined again, the lines give the same file, whatever its encoding and line ends are.
 *
 * @param bytes without the line end, one char for each byte (ISO 8859-1, which loses nothing)
 * @param end {@code \n}, {@code \r\n}, or nothing after the last line
 */
record RawLine(String bytes, String end) {

    static List<RawLine> split(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        List<RawLine> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            if (newline < 0) {
                lines.add(new RawLine(text.substring(start), ""));
                break;
            }
            boolean crlf = newline > start && text.charAt(newline - 1) == '\r';
            lines.add(new RawLine(text.substring(start, crlf ? newline - 1 : newline), crlf ? "\r\n" : "\n"));
            start = newline + 1;
        }
        return lines;
    }

    static byte[] join(List<RawLine> lines) {
        var text = new StringBuilder();
        lines.forEach(line -> text.append(line.bytes).append(line.end));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    RawLine withBytes(String other) {
        return new RawLine(other, end);
    }

    RawLine withEnd(String other) {
        return new RawLine(bytes, other);
    }
}
