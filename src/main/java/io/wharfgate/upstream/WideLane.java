package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.Semaphore;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;

/**
 * Connections with large buffers, for as many requests at a time as there may be of these; who comes later has to do with the
 * usual ones. HttpCore gives all connections of a client buffers of the same size, so this is a client of its own. Thread-safe.
 */
final class WideLane implements AutoCloseable {

    private final CloseableHttpAsyncClient client;
    private final PoolingAsyncClientConnectionManager connections;
    private final Semaphore free;

    /**
     * @param client closed with this
     * @param connections the client's
     * @param most requests at a time
     */
    WideLane(CloseableHttpAsyncClient client, PoolingAsyncClientConnectionManager connections, int most) {
        this.client = client;
        this.connections = connections;
        this.free = new Semaphore(most);
    }

    /** Whether the request may take this way, and does from here to the end of the exchange. */
    boolean enter(HttpServerExchange exchange) {
        if (!free.tryAcquire()) {
            return false;
        }
        try {
            exchange.addExchangeCompleteListener((ended, next) -> {
                free.release();
                next.proceed();
            });
        } catch (IllegalStateException clientHasLeft) {
            free.release();
            return false;
        }
        return true;
    }

    CloseableHttpAsyncClient client() {
        return client;
    }

    PoolStats stats() {
        return connections.getTotalStats();
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
