package io.wharfgate.auth.htpasswd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What one line of a password file is. The reader and the editor both go by this. */
sealed interface HtpasswdLine {

    /** The UTF-8 byte order mark, one char for each byte. Windows' editors put it before the first line. */
    String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    /** In bytes; Apache's tool does not read longer ones either. */
    int LONGEST = 8 * 1024;

    /** A comment or a blank line. */
    record Ignored() implements HtpasswdLine {}

    /**
     * A user.
     *
     * @param hash the field after the name, not yet looked at
     * @param rest what follows it, with its colon: Apache and nginx ignore it, some people keep a comment there
     */
    record Entry(String user, String hash, String rest) implements HtpasswdLine {

        /** With the password: shows the name alone. */
        @Override
        public String toString() {
            return "Entry[" + user + "]";
        }
    }

    /** Neither. The reason quotes nothing of the line. */
    record Broken(String reason) implements HtpasswdLine {}

    /** Reads a line as Apache does, which drops the white space at both of its ends. Never throws. */
    static HtpasswdLine parse(RawLine line) {
        String bytes = line.bytes().startsWith(BYTE_ORDER_MARK)
                ? line.bytes().substring(BYTE_ORDER_MARK.length())
                : line.bytes();
        bytes = trim(bytes);
        if (bytes.isEmpty() || bytes.charAt(0) == '#') {
            return new Ignored();
        }
        if (bytes.length() > LONGEST) {
            return new Broken("the line is longer than " + LONGEST + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Broken("the line is not UTF-8");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Broken("there is no colon between a user name and a hash");
        }
        Optional<String> problem = UserName.problemInFile(text.substring(0, colon));
        if (problem.isPresent()) {
            return new Broken(problem.get());
        }
        int rest = text.indexOf(':', colon + 1);
        int end = rest < 0 ? text.length() : rest;
        return new Entry(text.substring(0, colon), text.substring(colon + 1, end), text.substring(end));
    }

    /** C's isspace: Java's strip() would take Unicode spaces along, and trim() other control characters. */
    private static String trim(String bytes) {
        int start = 0;
        int end = bytes.length();
        while (start < end && isSpace(bytes.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(bytes.charAt(end - 1))) {
            end--;
        }
        return bytes.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
