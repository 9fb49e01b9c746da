package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RouteParser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends a request to the part of the service that its path belongs to. Everything below /v2 is the registry's; of a
 * gateway's, everything below /v1/ too.
 */
public final class PathRouter implements HttpHandler {

    private final HttpHandler registry;
    private final Optional<OpenPaths> gateway;
    private final Map<String, HttpHandler> own;

    /** All-in-one: the registry is here, and speaks {@code /v2/} alone. */
    public PathRouter(HttpHandler registry) {
        this(registry, Optional.empty(), Map.of());
    }

    /** A gateway: some paths of the registry behind it are open, and the pings are among them. */
    public PathRouter(HttpHandler registry, OpenPaths open) {
        this(registry, Optional.of(open), Map.of());
    }

    private PathRouter(HttpHandler registry, Optional<OpenPaths> gateway, Map<String, HttpHandler> own) {
        this.registry = registry;
        this.gateway = gateway;
        this.own = own;
    }

    /** The same, with one path more that this service answers itself, before anything that stands behind it. */
    public PathRouter with(String path, HttpHandler handler) {
        Map<String, HttpHandler> more = new LinkedHashMap<>(own);
        more.put(path, handler);
        return new PathRouter(registry, gateway, Map.copyOf(more));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestURI();
        if (own.containsKey(path)) {
            kind(exchange, RequestKind.TOKEN);
            own.get(path).handleRequest(exchange);
            return;
        }
        boolean open = gateway.isPresent() && gateway.get().include(path);
        if (open && RequestGuard.isRead(exchange)) {
            kind(exchange, RequestKind.OPEN);
            gateway.get().handleRequest(exchange);
            return;
        }
        boolean firstVersion = RouteParser.isFirstVersion(path);
        if (RouteParser.owns(path) || (gateway.isPresent() && firstVersion && !isPing(path))) {
            // Until it has been read.
            kind(exchange, RequestKind.INVALID);
            registry.handleRequest(exchange);
            return;
        }
        if (open) {
            requireRead(exchange);
        } else if (isPing(path)) {
            ping(exchange);
        } else if (path.equals("/")) {
            front(exchange);
        } else {
            throw new RegistryException(
                    RegistryError.NOT_FOUND,
                    firstVersion
                            ? "the v1 registry protocol is not spoken here; use a client that knows /v2/"
                            : "nothing is served at this path; the registry is at /v2/");
        }
    }

    private static void kind(HttpServerExchange exchange, RequestKind kind) {
        RequestContext.of(exchange).kind(kind);
    }

    private static boolean isPing(String path) {
        return path.equals("/_ping") || path.equals("/v1/_ping");
    }

    /** Open to all: load balancers and the oldest clients ask here whether the service is alive. */
    private static void ping(HttpServerExchange exchange) {
        kind(exchange, RequestKind.PAGE);
        requireRead(exchange);
        Answer.status(200)
                .json(Map.of())
                .header(Headers.CACHE_CONTROL, "no-cache")
                .send(exchange);
    }

    private static void front(HttpServerExchange exchange) {
        kind(exchange, RequestKind.PAGE);
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
