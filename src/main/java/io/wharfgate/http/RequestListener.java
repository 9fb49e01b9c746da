package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;

/** Is told of every request when it is over, on an I/O thread mostly: it must not wait, and should not allocate. Thread-safe. */
@FunctionalInterface
public interface RequestListener {

    void ended(HttpServerExchange exchange, RequestContext context);

    /** Wants to know nothing. */
    static RequestListener none() {
        return (exchange, context) -> {};
    }
}
