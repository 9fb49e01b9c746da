package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.Answer;
import io.wharfgate.http.TestServer;
import io.wharfgate.http.TestServer.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;

/** A server that forwards every request as it is, through the transport under test. */
final class ForwardingServer implements AutoCloseable {

    static final UpstreamConfig.Limits LIMITS =
            new UpstreamConfig.Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(15), 64, false);

    final Transport transport;
    final TestServer server;

    /** What attempts were told, such as {@code 200}, {@code BROKEN} and {@code BROKEN begun}. */
    final Queue<String> told = new ConcurrentLinkedQueue<>();

    /** Status codes of which the answer is dropped, and the request tried once more. */
    volatile List<Integer> retried = List.of();

    /** Fields that are sent upstream beside Host. */
    volatile List<Header> fields = List.of();

    private final HttpHost upstream;

    ForwardingServer(HttpHost upstream) throws IOException {
        this(upstream, LIMITS, Duration.ofSeconds(15));
    }

    ForwardingServer(HttpHost upstream, UpstreamConfig.Limits limits, Duration stallTimeout) throws IOException {
        this.upstream = upstream;
        transport = new HttpClientTransport(limits, 64 * 1024, Optional.empty());
        server = new TestServer((exchange, bodies) -> forward(exchange, true), stallTimeout, 2, 2);
    }

    private void forward(HttpServerExchange exchange, boolean mayRetry) {
        String query = exchange.getQueryString();
        transport.forward(
                exchange,
                new UpstreamRequest(
                        upstream,
                        exchange.getRequestMethod().toString(),
                        exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query),
                        fields()),
                new Attempt() {
                    @Override
                    public Verdict answered(int status, List<Header> fields, boolean bodyBegun) {
                        told.add(status + (bodyBegun ? " begun" : ""));
                        if (mayRetry && retried.contains(status)) {
                            return new Verdict.Drop(() -> forward(exchange, false));
                        }
                        return new Verdict.Relay(status, fields);
                    }

                    @Override
                    public void failed(Failure failure) {
                        told.add(failure.kind()
                                + (failure.bodyBegun() ? " begun" : "")
                                + (failure.pooled() ? " pooled" : ""));
                        Answer.status(502).text(failure.kind().toString()).send(exchange);
                    }
                });
    }

    private List<Header> fields() {
        List<Header> all = new ArrayList<>(fields);
        all.add(0, new BasicHeader("Host", "registry.example"));
        return all;
    }

    RawClient connect() throws IOException {
        return server.connect();
    }

    @Override
    public void close() {
        server.close();
        transport.close();
    }
}
