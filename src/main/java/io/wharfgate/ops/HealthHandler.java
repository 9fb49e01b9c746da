package io.wharfgate.ops;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's questions: {@code /health/live} (does the process answer?) and {@code /health/ready} (can it do its
 * work?). A part that cannot is named with what is wrong; this listener is the operator's own.
 */
public final class HealthHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(HealthHandler.class);

    private final Executor workers;
    private final List<Check> checks;

    /** Something that must work for the service to be ready. */
    public record Check(String name, Probe probe) {}

    /** Looks whether it works; may wait for disks. */
    public interface Probe {
        void run() throws IOException;
    }

    /** @param workers where checks may wait */
    public HealthHandler(Executor workers, List<Check> checks) {
        this.workers = workers;
        this.checks = List.copyOf(checks);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        switch (exchange.getRequestURI()) {
            case "/health/live" -> Answer.status(200).text("live\n").send(exchange);
            case "/health/ready" -> workers.execute(() -> ready(exchange));
            default ->
                Answer.status(404).text("see /health/live and /health/ready\n").send(exchange);
        }
    }

    private void ready(HttpServerExchange exchange) {
        List<String> problems = new ArrayList<>();
        for (Check check : checks) {
            try {
                check.probe().run();
            } catch (IOException | RuntimeException e) {
                LOG.warn("not ready part={} reason={}", check.name(), e.getMessage());
                problems.add(check.name() + ": " + e.getMessage());
            }
        }
        if (problems.isEmpty()) {
            Answer.status(200).text("ready\n").send(exchange);
        } else {
            Answer.status(503)
                    .text("not ready\n" + String.join("\n", problems) + "\n")
                    .send(exchange);
        }
    }
}
