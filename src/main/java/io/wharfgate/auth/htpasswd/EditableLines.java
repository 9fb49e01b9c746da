package io.wharfgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of a password file while it is changed: what is not meant by a change stays byte for byte. */
final class EditableLines {

    private final List<RawLine> lines;

    EditableLines(byte[] file) {
        this.lines = new ArrayList<>(RawLine.split(file));
    }

    byte[] join() {
        return RawLine.join(lines);
    }

    /** The number of a user's first line, the one that counts, from 1. */
    Optional<Integer> lineOf(String user) {
        for (int i = 0; i < lines.size(); i++) {
            if (entryOf(user, lines.get(i)).isPresent()) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }

    void append(String user, String hash) {
        String end = lines.isEmpty() || lines.get(0).end().isEmpty()
                ? "\n"
                : lines.get(0).end();
        if (!lines.isEmpty() && lines.get(lines.size() - 1).end().isEmpty()) {
            lines.set(lines.size() - 1, lines.get(lines.size() - 1).withEnd(end));
        }
        lines.add(new RawLine(bytes(user + ":" + hash), end));
    }

    /** Puts a hash into the user's first line, keeps what stands behind it, and drops his other lines. */
    void replace(String user, String hash) {
        List<RawLine> before = List.copyOf(lines);
        boolean found = false;
        lines.clear();
        for (RawLine line : before) {
            Optional<HtpasswdLine.Entry> entry = entryOf(user, line);
            if (entry.isEmpty()) {
                lines.add(line);
            } else if (!found) {
                found = true;
                String mark = line.bytes().startsWith(HtpasswdLine.BYTE_ORDER_MARK) ? HtpasswdLine.BYTE_ORDER_MARK : "";
                lines.add(line.withBytes(
                        mark + bytes(user + ":" + hash + entry.get().rest())));
            }
        }
    }

    /** Drops all lines of a user. */
    void remove(String user) {
        lines.removeIf(line -> entryOf(user, line).isPresent());
    }

    private static Optional<HtpasswdLine.Entry> entryOf(String user, RawLine line) {
        return HtpasswdLine.parse(line) instanceof HtpasswdLine.Entry entry
                        && entry.user().equals(user)
                ? Optional.of(entry)
                : Optional.empty();
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
