package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decoded query of a request. Undertow is told not to decode, so that paths stay what they were; queries are decoded
 * here, since Go clients escape every colon and slash in them. Immutable.
 */
public final class QueryParameters {

    private static final QueryParameters NONE = new QueryParameters(Map.of());

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    public static QueryParameters of(HttpServerExchange exchange) {
        return parse(exchange.getQueryString());
    }

    /**
     * Reads a query as HTML forms and Go's {@code url.Values} write it.
     *
     * @throws RegistryException REQUEST_INVALID for an escape that is none
     */
    public static QueryParameters parse(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        }
        return new QueryParameters(values);
    }

    /** The value of a parameter that must not come twice. */
    public Optional<String> one(String name) {
        List<String> all = values.getOrDefault(name, List.of());
        if (all.size() > 1) {
            throw new RegistryException(
                    RegistryError.REQUEST_INVALID, "query parameter '" + name + "' is given more than once");
        }
        return all.stream().findFirst();
    }

    /** All values of a parameter that may come more than once, in their order. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(RegistryError.REQUEST_INVALID, "query holds a broken percent escape");
        }
    }
}
