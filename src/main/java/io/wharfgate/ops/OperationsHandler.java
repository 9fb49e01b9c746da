package io.wharfgate.ops;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.wharfgate.http.Answer;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestKind;

/** The operator's listener: what is asked for here, by path. It is his own, so nobody logs in. */
public final class OperationsHandler implements HttpHandler {

    private static final String PATHS = """
        /health/live   whether the process answers
        /health/ready  whether it can do its work, and what is wrong if not
        /metrics       numbers for Prometheus
        """;

    private final HttpHandler ready;
    private final HttpHandler metrics;

    public OperationsHandler(ReadyHandler ready, MetricsHandler metrics) {
        this.ready = ready;
        this.metrics = metrics;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        RequestContext.of(exchange).kind(RequestKind.OPERATIONS);
        HttpHandler handler = switch (exchange.getRequestURI()) {
            case "/" -> OperationsHandler::overview;
            case "/health/live" -> OperationsHandler::live;
            case "/health/ready" -> ready;
            case "/metrics" -> metrics;
            default -> OperationsHandler::unknown;
        };
        boolean reads = exchange.getRequestMethod().equals(Methods.GET)
                || exchange.getRequestMethod().equals(Methods.HEAD);
        if (reads) {
            handler.handleRequest(exchange);
        } else {
            Answer.status(405)
                    .header(Headers.ALLOW, "GET, HEAD")
                    .text("only GET and HEAD are understood here\n")
                    .send(exchange);
        }
    }

    private static void live(HttpServerExchange exchange) {
        Answer.status(200).text("live\n").send(exchange);
    }

    private static void overview(HttpServerExchange exchange) {
        Answer.status(200).text(PATHS).send(exchange);
    }

    private static void unknown(HttpServerExchange exchange) {
        Answer.status(404)
                .text("nothing is served at this path; there are\n" + PATHS)
                .send(exchange);
    }
}
