package io.wharfgate.upstream;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a message that are about one connection and end there (RFC 9110, 7.6.1): those that are so always, and
 * those that the message's Connection names. Names are {@linkplain FieldSyntax#key keys}.
 */
final class HopByHop {

    /**
     * Beside those of RFC 9110: {@code Proxy-Connection} and {@code Keep-Alive} of old clients, {@code HTTP2-Settings} (RFC
     * 7540, 3.2.1), and the logins of a proxy. {@code Expect} is met here: Undertow says 100 as soon as the body is read.
     */
    private static final Set<String> ALWAYS = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-authentication-info",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");

    private final Set<String> named;

    private HopByHop(Set<String> named) {
        this.named = named;
    }

    /** @param connection the values of the message's Connection fields */
    static HopByHop of(Stream<String> connection) {
        return new HopByHop(connection
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(option -> FieldSyntax.key(option.strip()))
                .filter(option -> !option.isEmpty())
                // The length is the framing of what follows; nobody may talk us out of it.
                .filter(option -> !option.equals("content-length"))
                .collect(Collectors.toUnmodifiableSet()));
    }

    boolean includes(String key) {
        return always(key) || named.contains(key);
    }

    /** Whether fields of that name are hop-by-hop in every message. */
    static boolean always(String key) {
        return ALWAYS.contains(key);
    }
}
