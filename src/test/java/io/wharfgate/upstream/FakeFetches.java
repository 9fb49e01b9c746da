package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/** A transport for the gateway's own requests: answers by a function, and remembers what it was asked. */
final class FakeFetches implements Transport {

    final Queue<UpstreamRequest> requests = new ConcurrentLinkedQueue<>();
    private final Function<UpstreamRequest, CompletionStage<Fetched>> upstream;

    FakeFetches(Function<UpstreamRequest, CompletionStage<Fetched>> upstream) {
        this.upstream = upstream;
    }

    static CompletionStage<Fetched> answer(int status, String body, String... fields) {
        Header[] headers = new Header[fields.length / 2];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = new BasicHeader(fields[2 * i], fields[2 * i + 1]);
        }
        return CompletableFuture.completedFuture(new Fetched(status, List.of(headers), body));
    }

    static CompletionStage<Fetched> failure(Exception e) {
        return CompletableFuture.failedFuture(e);
    }

    static Optional<String> field(UpstreamRequest request, String name) {
        return request.fields().stream()
                .filter(field -> field.getName().equalsIgnoreCase(name))
                .map(Header::getValue)
                .findFirst();
    }

    @Override
    public CompletionStage<Fetched> fetch(
            UpstreamRequest request, Optional<String> body, int mostBytes, Duration timeout) {
        requests.add(request);
        return upstream.apply(request);
    }

    @Override
    public void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt) {
        throw new UnsupportedOperationException("own requests only");
    }

    @Override
    public void close() {}
}
