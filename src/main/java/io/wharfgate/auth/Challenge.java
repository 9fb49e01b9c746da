package io.wharfgate.auth;

/**
 * The value of a {@code WWW-Authenticate} header. Exactly one challenge goes into an answer: docker's client mixes them up
 * when it is offered Basic and Bearer together.
 *
 * @param headerValue ready to be sent
 */
public record Challenge(String headerValue) {

    /**
     * Asks for a user name and a password (RFC 7617). {@code charset} tells a client to encode both as UTF-8.
     *
     * @param realm shown to people by some clients: "Wharfgate"
     * @throws IllegalArgumentException when the realm cannot stand in a header
     */
    public static Challenge basic(String realm) {
        return new Challenge("Basic realm=" + quoted("realm", realm) + ", charset=\"UTF-8\"");
    }

    /**
     * A quoted-string of RFC 9110 section 5.6.4. Only ASCII: what a client makes of other bytes is anybody's guess, and a
     * line break would let the value add headers of its own.
     */
    static String quoted(String what, String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException(String.format(
                        "the %s %s has the character U+%04X at position %d; use printable ASCII only",
                        what, VisibleText.quote(text), (int) c, i + 1));
            }
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
