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

    /** For whom there is room in it; of the connections that are configured, these are a part. */
    private final Optional<WideLane> lane;

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
     * @param socketBuffer bytes of each of the kernel's buffers
     * @param tls for https upstreams; empty for the system's authorities and no identity
     */
    HttpClientTransport(UpstreamConfig.Limits limits, int socketBuffer, Optional<SSLContext> tls) {
        this(limits, socketBuffer, tls, SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param names looks up the names of upstreams; may wait */
    HttpClientTransport(UpstreamConfig.Limits limits, int socketBuffer, Optional<SSLContext> tls, DnsResolver names) {
        int wide = UpstreamBuffers.mostLarge(
                limits.maxConnections(), Runtime.getRuntime().maxMemory());
        this.lane = wide > 0 ? Optional.of(lane(wide, limits, socketBuffer, tls, names)) : Optional.empty();
        UpstreamBuffers usual = UpstreamBuffers.usual(socketBuffer);
        this.connections = UpstreamClient.connections(limits, limits.maxConnections() - wide, tls, names);
        this.client = UpstreamClient.start(limits, usual, threads(), connections);
        this.own = UpstreamClient.start(
                limits, usual, 1, UpstreamClient.connections(limits, limits.maxConnections(), tls, names));
        this.limits = limits;
        // Borrowed for a turn of an I/O thread, so there are as many in use as there are I/O threads, and they stay
        // with them.
        this.uploadBuffers = new DefaultByteBufferPool(true, Upload.BUFFER_SIZE, 16, 1);
    }

    private static WideLane lane(
            int most, UpstreamConfig.Limits limits, int socketBuffer, Optional<SSLContext> tls, DnsResolver names) {
        PoolingAsyncClientConnectionManager connections = UpstreamClient.connections(limits, most, tls, names);
        UpstreamBuffers large = UpstreamBuffers.large(socketBuffer);
        return new WideLane(UpstreamClient.start(limits, large, threads(), connections), connections, most);
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt) {
        CloseableHttpAsyncClient way =
                lane.filter(wide -> wide.enter(exchange)).map(WideLane::client).orElse(client);
        new ForwardedExchange(exchange, request, attempt, limits, uploadBuffers, windows).start(way);
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
        PoolStats wide = lane.map(WideLane::stats).orElse(new PoolStats(0, 0, 0, 0));
        return new UpstreamFigures.Pool(
                stats.getLeased() + wide.getLeased(),
                stats.getAvailable() + wide.getAvailable(),
                stats.getPending() + wide.getPending(),
                limits.maxConnections());
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        lane.ifPresent(WideLane::close);
        own.close(CloseMode.IMMEDIATE);
        uploadBuffers.close();
    }
}
