package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.IOException;
import java.util.List;

/** The methods that a resource knows. */
enum Allowed {
    READ("GET", "HEAD"),
    CONTENT("GET", "HEAD", "DELETE"),
    MANIFEST("GET", "HEAD", "PUT", "DELETE"),
    UPLOADS("POST"),
    UPLOAD("GET", "HEAD", "PATCH", "PUT", "DELETE");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
    private final List<String> methods;

    Allowed(String... methods) {
        this.methods = List.of(methods);
    }

    /**
     * The request's method, when it is one of these.
     *
     * @throws RegistryException UNSUPPORTED, with {@code Allow} on the answer (RFC 9110, 15.5.6)
     */
    String require(HttpServerExchange exchange) {
        String method = exchange.getRequestMethod().toString();
        if (!methods.contains(method)) {
            allow(exchange, methods);
            throw new RegistryException(RegistryError.UNSUPPORTED, "method is not supported here");
        }
        return method;
    }

    /** One deletion. */
    interface Deletion {
        void run() throws IOException;
    }

    /** Deletes; where that is switched off, the answer names the methods that are left. */
    void deleting(HttpServerExchange exchange, Deletion deletion) throws IOException {
        try {
            deletion.run();
        } catch (RegistryException e) {
            if (e.error() == RegistryError.UNSUPPORTED) {
                allow(
                        exchange,
                        methods.stream()
                                .filter(method -> !method.equals("DELETE"))
                                .toList());
            }
            throw e;
        }
    }

    private static void allow(HttpServerExchange exchange, List<String> methods) {
        exchange.getResponseHeaders().put(Headers.ALLOW, String.join(", ", methods));
    }
}
