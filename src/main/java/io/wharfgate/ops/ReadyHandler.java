package io.wharfgate.ops;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.http.Answer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code /health/ready}: 200 when every check passes, else 503; the body says in JSON how each of them is, and what is wrong.
 */
public final class ReadyHandler implements HttpHandler {

    private final Readiness readiness;

    public ReadyHandler(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        var unused = readiness.report().thenAcceptAsync(report -> answer(exchange, report), exchange.getIoThread());
    }

    private static void answer(HttpServerExchange exchange, Readiness.Report report) {
        Map<String, Object> checks = new LinkedHashMap<>();
        report.findings().forEach((name, finding) -> {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("status", finding.problem().isEmpty() ? "ok" : "failed");
            finding.problem().ifPresent(problem -> check.put("problem", problem));
            check.putAll(finding.figures());
            checks.put(name, check);
        });
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", report.ready() ? "ready" : "not ready");
        body.put("checks", checks);
        Answer.status(report.ready() ? 200 : 503)
                .json(body)
                .header(Headers.CACHE_CONTROL, "no-store")
                .send(exchange);
    }
}
