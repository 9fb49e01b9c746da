package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds the address of the client. Only a trusted proxy is believed about whom it speaks for; of a chain of
 * {@code X-Forwarded-For}, the rightmost address that is not a trusted proxy counts: what stands left of it is the
 * client's own word.
 */
public final class ClientAddress {

    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]+");

    private final Predicate<InetAddress> trusted;

    /** @param trusted whether the address is that of a proxy whose {@code X-Forwarded-*} are believed */
    public ClientAddress(Predicate<InetAddress> trusted) {
        this.trusted = trusted;
    }

    /** Whether the other end of the connection is a trusted proxy. */
    boolean trustsPeer(HttpServerExchange exchange) {
        InetAddress address = exchange.getSourceAddress().getAddress();
        return address != null && trusted.test(address);
    }

    InetAddress of(HttpServerExchange exchange) {
        InetAddress address = exchange.getSourceAddress().getAddress();
        if (address == null || !trusted.test(address)) {
            return address == null ? InetAddress.getLoopbackAddress() : address;
        }
        Deque<String> chain = new ArrayDeque<>();
        HeaderValues headers = exchange.getRequestHeaders().get(Headers.X_FORWARDED_FOR);
        if (headers != null) {
            headers.forEach(header -> {
                for (String hop : header.split(",", -1)) {
                    chain.push(hop.trim());
                }
            });
        }
        for (String hop : chain) {
            Optional<InetAddress> named = parse(hop);
            if (named.isEmpty()) {
                return address;
            }
            address = named.get();
            if (!trusted.test(address)) {
                return address;
            }
        }
        return address;
    }

    /** An address as proxies write it: {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]:80}. */
    static Optional<InetAddress> parse(String text) {
        String host = text;
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            host = end < 0 ? "" : host.substring(1, end);
        } else if (host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':')) {
            host = host.substring(0, host.indexOf(':'));
        }
        boolean literal = LITERAL.matcher(host).matches() && (host.indexOf(':') >= 0 || host.indexOf('.') > 0);
        if (!literal) {
            return Optional.empty();
        }
        try {
            // A literal is never looked up in the DNS: it holds a colon, or nothing but digits and dots.
            boolean numeric = host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
            return numeric ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
