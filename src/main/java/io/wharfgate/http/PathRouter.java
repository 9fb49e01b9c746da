package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RouteParser;
import java.util.Map;

/** Sends a request to the part of the service that its path belongs to. Everything below /v2 is the registry's. */
public final class PathRouter implements HttpHandler {

    private final HttpHandler registry;

    public PathRouter(HttpHandler registry) {
        this.registry = registry;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestURI();
        if (RouteParser.owns(path)) {
            registry.handleRequest(exchange);
            return;
        }
        switch (path) {
            case "/_ping", "/v1/_ping" -> ping(exchange);
            case "/" -> front(exchange);
            default ->
                throw new RegistryException(
                        RegistryError.NOT_FOUND,
                        path.startsWith("/v1/")
                                ? "the v1 registry protocol is not spoken here; use a client that knows /v2/"
                                : "nothing is served at this path; the registry is at /v2/");
        }
    }

    /** Open to all: load balancers and the oldest clients ask here whether the service is alive. */
    private static void ping(HttpServerExchange exchange) {
        requireRead(exchange);
        Answer.status(200)
                .json(Map.of())
                .header(Headers.CACHE_CONTROL, "no-cache")
                .send(exchange);
    }

    private static void front(HttpServerExchange exchange) {
        requireRead(exchange);
        Answer.status(200)
                .text("This is a Wharfgate registry. Use it with: docker login "
                        + Printable.of(exchange.getHostAndPort()) + "\n")
                .send(exchange);
    }

    private static void requireRead(HttpServerExchange exchange) {
        if (!RequestGuard.isRead(exchange)) {
            exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
            throw new RegistryException(RegistryError.UNSUPPORTED);
        }
    }
}
