package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.function.Supplier;

/**
 * Where the requests of a listener come in: asks at each one which handlers are in force. The request stays with those, to its
 * end, whatever takes over meanwhile. So a listener goes on while everything behind it is exchanged.
 */
public final class Entrance implements HttpHandler {

    private final Supplier<Way> now;

    /**
     * What a request goes through.
     *
     * @param era told of the request's beginning and end
     */
    public record Way(RootHandler handler, Era era) {}

    /** @param now what is in force; an era has to be out of force before it ends */
    public Entrance(Supplier<Way> now) {
        this.now = now;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Way way = now.get();
        while (!way.era().enter()) {
            // Just ended, so its successor is in force already.
            way = now.get();
        }
        Era era = way.era();
        // Added first, and so told last: what belongs to the era may be closed then.
        exchange.addExchangeCompleteListener((ended, proceed) -> {
            try {
                proceed.proceed();
            } finally {
                era.leave();
            }
        });
        way.handler().handleRequest(exchange);
    }
}
