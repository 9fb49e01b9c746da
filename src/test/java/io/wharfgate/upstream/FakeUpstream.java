package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wharfgate.http.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hc.core5.http.Header;

/** A transport that connects to nothing: does what a script says, on a thread of its own like a reactor. */
final class FakeUpstream implements Transport {

    /** One thing that can happen to a request. */
    interface Step {
        void run(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt);
    }

    final Queue<UpstreamRequest> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** What the next request meets, and the ones after it; when nothing is left, it is {@code 200 served}. */
    FakeUpstream then(Step step) {
        script.add(step);
        return this;
    }

    FakeUpstream answer(int status, String... fields) {
        return then(answering(status, false, fields));
    }

    FakeUpstream fail(Attempt.Failure.Kind kind) {
        return then(failing(kind, false, false));
    }

    static Step failing(Attempt.Failure.Kind kind, boolean bodyBegun, boolean pooled) {
        return (exchange, request, attempt) ->
                attempt.failed(new Attempt.Failure(kind, bodyBegun, pooled, new java.io.IOException("secret cause")));
    }

    static Step answering(int status, boolean bodyBegun, String... fields) {
        return (exchange, request, attempt) -> {
            Attempt.Verdict verdict = attempt.answered(status, Upstreamed.fields(fields), bodyBegun);
            if (verdict instanceof Attempt.Verdict.Relay relay) {
                exchange.getIoThread().execute(() -> relay(exchange, relay));
            } else if (verdict instanceof Attempt.Verdict.Drop drop) {
                drop.next().run();
            }
        };
    }

    private static void relay(HttpServerExchange exchange, Attempt.Verdict.Relay relay) {
        for (Header field : relay.fields()) {
            exchange.getResponseHeaders().add(new HttpString(field.getName()), field.getValue());
        }
        Answer.status(relay.status()).text("of the upstream").send(exchange);
    }

    @Override
    public void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt) {
        requests.add(request);
        Step step = Optional.ofNullable(script.poll()).orElseGet(() -> answering(200, false));
        new Thread(() -> step.run(exchange, request, attempt), "fake-reactor").start();
    }

    @Override
    public CompletionStage<Fetched> fetch(
            UpstreamRequest request, Optional<String> body, int mostBytes, Duration timeout) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("forwards only"));
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** {@code METHOD address target} of each request so far. */
    List<String> lines() {
        return requests.stream()
                .map(request -> request.method() + " " + request.address().toHostString() + " " + request.target())
                .toList();
    }

    Optional<String> field(String name) {
        return requests.element().fields().stream()
                .filter(field -> field.getName().equalsIgnoreCase(name))
                .map(Header::getValue)
                .findFirst();
    }
}
