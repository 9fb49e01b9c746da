package io.wharfgate.upstream;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;

/**
 * The transport over Apache HttpClient's reactor. A request that flows holds no thread, neither of the clients' side nor
 * here, and a few tens of KiB; it ends, with its connection to the upstream, at once when the client leaves.
 */
final class HttpClientTransport implements Transport {

    private final CloseableHttpAsyncClient client;
    private final PoolingAsyncClientConnectionManager connections;

    /**
     * For the gateway's own requests, with connections of their own: behind clients who have taken all the others, a health
     * check would wait until it is counted as failed, and a registry that does its best would be taken for dead.
     */
    private final CloseableHttpAsyncClient own;

    private final UpstreamConfig.Limits limits;
    private final ByteBufferPool uploadBuffers;
    private final WindowBudget windows = WindowBudget.ofHeap();

    /**
     * Ready at once.
     *
     * @param tls for https upstreams; empty for the system's authorities and no identity
     */
    HttpClientTransport(UpstreamConfig.Limits limits, UpstreamBuffers buffers, Optional<SSLContext> tls) {
        this(limits, buffers, tls, SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param names looks up the names of upstreams; may wait */
    HttpClientTransport(
            UpstreamConfig.Limits limits, UpstreamBuffers buffers, Optional<SSLContext> tls, DnsResolver names) {
        this.connections = UpstreamClient.connections(limits, tls, names);
        this.client = UpstreamClient.start(limits, buffers, Runtime.getRuntime().availableProcessors(), connections);
        this.own = UpstreamClient.start(
                limits, UpstreamBuffers.small(buffers.socket()), 1, UpstreamClient.connections(limits, tls, names));
        this.limits = limits;
        // Borrowed for a turn of an I/O thread, so there are as many in use as there are I/O threads, and they stay
        // with them.
        this.uploadBuffers = new DefaultByteBufferPool(true, Upload.BUFFER_SIZE, 16, 1);
    }

    @Override
    public void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt) {
        new ForwardedExchange(exchange, request, attempt, limits, uploadBuffers, windows).start(client);
    }

    @Override
    public CompletionStage<Fetched> fetch(
            UpstreamRequest request, Optional<String> body, int mostBytes, Duration timeout) {
        CompletableFuture<Fetched> result =
                new CompletableFuture<Fetched>().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        Fetch fetch = new Fetch(request, body, mostBytes, result);
        fetch.start(own);
        return result.whenComplete((fetched, failure) -> {
            if (failure != null) {
                fetch.abort();
            }
        });
    }

    @Override
    public UpstreamFigures.Pool pool() {
        PoolStats stats = connections.getTotalStats();
        return new UpstreamFigures.Pool(
                stats.getLeased(), stats.getAvailable(), stats.getPending(), limits.maxConnections());
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        own.close(CloseMode.IMMEDIATE);
        uploadBuffers.close();
    }
}
