package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/** How lists are cut into pages: {@code n}, {@code last} and {@code Link} (RFC 5988). */
final class Paging {

    private static final HttpString LINK = new HttpString("Link");

    private Paging() {}

    /**
     * The page's size, where the client asks for one.
     *
     * @throws RegistryException PAGINATION_NUMBER_INVALID
     */
    static OptionalInt size(RegistryCall call) {
        return call.query().one("n").map(Paging::parse).orElseGet(OptionalInt::empty);
    }

    /**
     * Says where the next page is: at the same path, so that it holds behind any proxy.
     *
     * @param last the last item of this page
     * @param others further parameters of the query that the next page needs
     */
    static void next(
            HttpServerExchange exchange, Answer answer, OptionalInt n, String last, Map<String, String> others) {
        StringBuilder link =
                new StringBuilder("<").append(exchange.getRequestURI()).append('?');
        n.ifPresent(size -> link.append("n=").append(size).append('&'));
        others.forEach((name, value) ->
                link.append(name).append('=').append(encode(value)).append('&'));
        link.append("last=").append(encode(last)).append(">; rel=\"next\"");
        answer.header(LINK, link.toString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static OptionalInt parse(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new RegistryException(RegistryError.PAGINATION_NUMBER_INVALID);
        }
        // More digits than an int holds: all there is, as for any large number.
        return OptionalInt.of(text.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(text));
    }
}
