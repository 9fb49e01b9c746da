package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Catalog;
import io.wharfgate.registry.Page;
import io.wharfgate.registry.Tags;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** {@code tags/list} and {@code _catalog}: in ASCII order, in pages of {@code n}, from behind {@code last} on. */
final class ListHandler {

    private final Tags tags;
    private final Catalog catalog;

    ListHandler(Tags tags, Catalog catalog) {
        this.tags = tags;
        this.catalog = catalog;
    }

    void tags(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Tags route) throws IOException {
        Allowed.READ.require(exchange);
        OptionalInt n = Paging.size(call);
        var page = tags.page(route.name(), n, call.query().one("last"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", route.name().value());
        send(exchange, n, page, "tags", body);
    }

    void catalog(HttpServerExchange exchange, RegistryCall call) throws IOException {
        Allowed.READ.require(exchange);
        OptionalInt n = Paging.size(call);
        Predicate<RepositoryName> visible = call.rights().mayListAll() ? name -> true : call.rights()::mayList;
        send(exchange, n, catalog.page(n, call.query().one("last"), visible), "repositories", new LinkedHashMap<>());
    }

    private static void send(
            HttpServerExchange exchange, OptionalInt n, Page<?> page, String key, Map<String, Object> body) {
        List<String> names = page.items().stream().map(Object::toString).toList();
        body.put(key, names);
        Answer answer = Answer.status(200).json(body);
        if (page.more() && !names.isEmpty()) {
            Paging.next(exchange, answer, n, names.get(names.size() - 1), Map.of());
        }
        answer.send(exchange);
    }
}
