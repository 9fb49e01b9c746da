package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;

/** Answers requests that have been authenticated and allowed. Safe for use by any thread. */
public interface Backend {

    /**
     * Answers the request, now or later; called on an I/O thread, so it must not wait for anything. An exception becomes
     * the answer.
     */
    void handle(HttpServerExchange exchange, RegistryCall call);
}
