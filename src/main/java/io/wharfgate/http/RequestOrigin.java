package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the client reached the service: scheme and host of its URL. {@code X-Forwarded-Proto} and {@code X-Forwarded-Host} are
 * the word of whoever sent them, and only a trusted proxy's counts.
 */
public final class RequestOrigin {

    /** A name, an IPv4 address or a bracketed IPv6 address, and perhaps a port. Nothing that could end a URL's host. */
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    private RequestOrigin() {}

    /** {@code https://registry.example.com}, without a slash at the end; by our own address, if the client named no host. */
    public static String url(HttpServerExchange exchange) {
        return scheme(exchange) + "://" + host(exchange).orElseGet(() -> ownAddress(exchange));
    }

    /** {@code http} or {@code https}. */
    public static String scheme(HttpServerExchange exchange) {
        String own = exchange.getConnection().getSslSession() == null ? "http" : "https";
        return last(believed(exchange), Headers.X_FORWARDED_PROTO_STRING)
                .map(scheme -> scheme.toLowerCase(Locale.ROOT))
                .filter(scheme -> scheme.equals("http") || scheme.equals("https"))
                .orElse(own);
    }

    /** The host that the client asked, with its port if it named one. */
    public static Optional<String> host(HttpServerExchange exchange) {
        return last(believed(exchange), Headers.X_FORWARDED_HOST_STRING)
                .filter(RequestOrigin::isHost)
                .or(() -> sentHost(exchange));
    }

    /** The Host of the request itself, if it is one. */
    public static Optional<String> sentHost(HttpServerExchange exchange) {
        return last(exchange.getRequestHeaders(), Headers.HOST_STRING).filter(RequestOrigin::isHost);
    }

    public static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    private static HeaderMap believed(HttpServerExchange exchange) {
        return RequestContext.of(exchange).peerTrusted() ? exchange.getRequestHeaders() : new HeaderMap();
    }

    /** The last element of the last field of that name: what the peer itself wrote, if it adds to lists. */
    private static Optional<String> last(HeaderMap fields, String name) {
        HeaderValues values = fields.get(name);
        if (values == null) {
            return Optional.empty();
        }
        String value = values.getLast();
        return Optional.of(value.substring(value.lastIndexOf(',') + 1).strip());
    }

    private static String ownAddress(HttpServerExchange exchange) {
        InetSocketAddress own = exchange.getDestinationAddress();
        String host = own.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + own.getPort();
    }
}
