package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;

/**
 * Refuses message framing on which two HTTP implementations could differ (request smuggling), where Undertow's parser
 * lets it pass: {@code Transfer-Encoding: xchunked} and {@code gzip, chunked} are read as chunked by it, and chunked is
 * taken on HTTP/1.0. A length that overflows a {@code long} is folded into another one. RFC 9112, 6.1 to 6.3.
 */
final class RequestGuard {

    /** As many digits as surely fit into a {@code long}. */
    private static final int LENGTH_DIGITS = 18;

    private RequestGuard() {}

    static void check(HttpServerExchange exchange) {
        HeaderValues encodings = exchange.getRequestHeaders().get(Headers.TRANSFER_ENCODING);
        HeaderValues lengths = exchange.getRequestHeaders().get(Headers.CONTENT_LENGTH);
        if (encodings != null) {
            if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw refuse(exchange, "Transfer-Encoding must be chunked and nothing else");
            }
            if (!exchange.getProtocol().equals(Protocols.HTTP_1_1)) {
                throw refuse(exchange, "Transfer-Encoding needs HTTP/1.1");
            }
            if (lengths != null) {
                throw refuse(exchange, "Content-Length and Transfer-Encoding exclude each other");
            }
        } else if (lengths != null && (lengths.size() != 1 || !isLength(lengths.getFirst()))) {
            throw refuse(exchange, "Content-Length must be one decimal number");
        }
        if (isRead(exchange) && !exchange.isRequestComplete()) {
            // RFC 9110, 9.3.1: such a body means nothing and may be refused. Content goes out only when the request is
            // read, so it would keep its connection waiting behind a finished answer.
            throw refuse(exchange, "GET and HEAD have no body here");
        }
    }

    /** Reads {@code GET https://host/path} as {@code GET /path}, as RFC 9112, 3.2.2 wants of every server. */
    static void toOriginForm(HttpServerExchange exchange) {
        if (exchange.isHostIncludedInRequestURI()
                && !exchange.getRequestMethod().equals(Methods.CONNECT)) {
            String target = exchange.getRequestURI();
            int path = target.indexOf('/', target.indexOf("://") + 3);
            exchange.setRequestURI(path < 0 ? "/" : target.substring(path), false);
        }
    }

    /** Whether the method is GET or HEAD. */
    static boolean isRead(HttpServerExchange exchange) {
        return exchange.getRequestMethod().equals(Methods.GET)
                || exchange.getRequestMethod().equals(Methods.HEAD);
    }

    private static boolean isLength(String text) {
        return !text.isEmpty() && text.length() <= LENGTH_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static RegistryException refuse(HttpServerExchange exchange, String message) {
        // Where this message ends is in doubt, so nothing after it on this connection can be trusted.
        exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        return new RegistryException(RegistryError.REQUEST_INVALID, message);
    }
}
