package io.wharfgate.auth;

import io.wharfgate.oci.VisibleText;
import java.util.Optional;

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
     * Asks for a token (RFC 6750 section 3, Docker's token specification). Parted by commas alone, as every registry writes it.
     *
     * @param realm absolute URL of the token service
     * @param service for which the token has to be issued
     * @param scope what the token must be good for
     * @param error what is wrong with the token that was sent: {@code invalid_token}, {@code insufficient_scope}
     * @throws IllegalArgumentException when one of them cannot stand in a header
     */
    public static Challenge bearer(String realm, String service, Optional<Scope> scope, Optional<String> error) {
        StringBuilder value = new StringBuilder("Bearer realm=")
                .append(quoted("realm", realm))
                .append(",service=")
                .append(quoted("service", service));
        scope.ifPresent(wanted -> value.append(",scope=").append(quoted("scope", wanted.text())));
        error.ifPresent(wrong -> value.append(",error=").append(quoted("error", wrong)));
        return new Challenge(value.toString());
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
