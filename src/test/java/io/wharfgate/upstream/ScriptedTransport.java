package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.hc.core5.http.message.BasicHeader;

/** Answers the gateway's own requests as a test says, at once or when the test says so, and remembers them. */
final class ScriptedTransport implements Transport {

    final List<UpstreamRequest> requests = new CopyOnWriteArrayList<>();
    private volatile Function<UpstreamRequest, CompletionStage<Fetched>> script;

    ScriptedTransport(Function<UpstreamRequest, Fetched> script) {
        this.script = request -> CompletableFuture.completedStage(script.apply(request));
    }

    void now(Function<UpstreamRequest, Fetched> next) {
        script = request -> CompletableFuture.completedStage(next.apply(request));
    }

    void later(Function<UpstreamRequest, CompletionStage<Fetched>> next) {
        script = next;
    }

    static Fetched challenge(String challenge) {
        return new Fetched(401, List.of(new BasicHeader("www-authenticate", challenge)), "");
    }

    static Fetched answer(int status, String body) {
        return new Fetched(status, List.of(), body);
    }

    /** Targets and Authorization of the requests so far, forgotten then. */
    List<String> seen() {
        List<String> seen = requests.stream()
                .map(request -> request.address() + request.target() + " "
                        + request.fields().stream()
                                .filter(f -> f.getName().equals("Authorization"))
                                .map(f -> f.getValue())
                                .findFirst()
                                .orElse("-"))
                .toList();
        requests.clear();
        return seen;
    }

    @Override
    public CompletionStage<Fetched> fetch(
            UpstreamRequest request, Optional<String> body, int mostBytes, Duration timeout) {
        requests.add(request);
        return script.apply(request);
    }

    @Override
    public void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
