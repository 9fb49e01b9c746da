package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.registry.Catalog;
import io.wharfgate.registry.Page;
import io.wharfgate.registry.Tags;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** {@code tags/list} and {@code _catalog}: in ASCII order, in pages of {@code n}, from behind {@code last} on. */
final class ListHandler {

    private static final HttpString LINK = new HttpString("Link");

    private final Tags tags;
    private final Catalog catalog;

    ListHandler(Tags tags, Catalog catalog) {
        this.tags = tags;
        this.catalog = catalog;
    }

    void tags(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Tags route) throws IOException {
        Allowed.READ.require(exchange);
        OptionalInt n = pageSize(call);
        var page = tags.page(route.name(), n, call.query().one("last"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", route.name().value());
        send(exchange, n, page, "tags", body);
    }

    void catalog(HttpServerExchange exchange, RegistryCall call) throws IOException {
        Allowed.READ.require(exchange);
        OptionalInt n = pageSize(call);
        send(exchange, n, catalog.page(n, call.query().one("last")), "repositories", new LinkedHashMap<>());
    }

    private static void send(
            HttpServerExchange exchange, OptionalInt n, Page<?> page, String key, Map<String, Object> body) {
        List<String> names = page.items().stream().map(Object::toString).toList();
        body.put(key, names);
        Answer answer = Answer.status(200).json(body);
        if (page.more() && !names.isEmpty()) {
            String last = URLEncoder.encode(names.get(names.size() - 1), StandardCharsets.UTF_8);
            answer.header(
                    LINK,
                    "<" + exchange.getRequestURI() + "?n=" + n.orElse(names.size()) + "&last=" + last
                            + ">; rel=\"next\"");
        }
        answer.send(exchange);
    }

    private static OptionalInt pageSize(RegistryCall call) {
        return call.query().one("n").map(ListHandler::parseSize).orElseGet(OptionalInt::empty);
    }

    private static OptionalInt parseSize(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new RegistryException(RegistryError.PAGINATION_NUMBER_INVALID);
        }
        // More digits than an int holds: all there is, as for any large number.
        return OptionalInt.of(text.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(text));
    }
}
