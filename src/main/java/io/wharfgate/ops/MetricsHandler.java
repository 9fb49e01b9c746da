package io.wharfgate.ops;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.wharfgate.http.Answer;
import io.wharfgate.metrics.Exposition;
import io.wharfgate.metrics.Metrics;

/**
 * {@code /metrics}. Made on the listener's own I/O thread: nothing that is read for it waits, and when the workers stand still it
 * is needed most.
 */
public final class MetricsHandler implements HttpHandler {

    private final Metrics metrics;

    public MetricsHandler(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
        Exposition exposition = Exposition.wanted(accept == null ? "" : String.join(",", accept));
        Answer.status(200)
                .body(exposition.contentType(), exposition.page(metrics))
                .header(Headers.VARY, "Accept")
                .send(exchange);
    }
}
