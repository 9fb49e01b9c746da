package io.wharfgate.upstream;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.nio.AsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.ComplexFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Begins new connections on threads of its own. HttpClient looks the upstream's name up on whatever thread asks for a
 * connection: mostly an I/O thread with thousands of clients, who would all stand still while a name server is silent,
 * those of other upstreams too. What comes from the pool needs no name and no such thread.
 *
 * <p>The threads go by themselves when there is nothing to do.
 */
final class NamesAside extends PoolingAsyncClientConnectionManagerBuilder {

    private static final int THREADS = 4;
    private static final int IDLE_SECONDS = 10;

    private final Executor threads = threads();

    private static Executor threads() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "upstream-connect-" + count.incrementAndGet());
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    protected AsyncClientConnectionOperator createConnectionOperator(
            TlsStrategy tls, SchemePortResolver ports, DnsResolver names) {
        return new Operator(super.createConnectionOperator(tls, ports, names), threads);
    }

    /** Hands over what may look a name up; the rest is done where it is asked for. */
    private record Operator(AsyncClientConnectionOperator connecting, Executor threads)
            implements AsyncClientConnectionOperator {

        @Override
        public Future<ManagedAsyncClientConnection> connect(
                ConnectionInitiator initiator,
                HttpHost host,
                Path socket,
                NamedEndpoint name,
                SocketAddress local,
                Timeout timeout,
                Object attachment,
                HttpContext context,
                FutureCallback<ManagedAsyncClientConnection> callback) {
            return aside(
                    callback,
                    () -> connecting.connect(
                            initiator, host, socket, name, local, timeout, attachment, context, callback));
        }

        @Override
        public Future<ManagedAsyncClientConnection> connect(
                ConnectionInitiator initiator,
                HttpHost host,
                SocketAddress local,
                Timeout timeout,
                Object attachment,
                FutureCallback<ManagedAsyncClientConnection> callback) {
            return aside(callback, () -> connecting.connect(initiator, host, local, timeout, attachment, callback));
        }

        private Future<ManagedAsyncClientConnection> aside(
                FutureCallback<ManagedAsyncClientConnection> callback, Begin begin) {
            ComplexFuture<ManagedAsyncClientConnection> begun = new ComplexFuture<>(null);
            threads.execute(() -> {
                if (begun.isCancelled()) {
                    callback.cancelled();
                    return;
                }
                try {
                    // Cancels it, if that was asked for in the meantime.
                    begun.setDependency(begin.run());
                } catch (RuntimeException e) {
                    callback.failed(e);
                }
            });
            return begun;
        }

        @Override
        public void upgrade(ManagedAsyncClientConnection connection, HttpHost host, @Nullable Object attachment) {
            connecting.upgrade(connection, host, attachment);
        }

        @Override
        public void upgrade(
                ManagedAsyncClientConnection connection,
                HttpHost host,
                NamedEndpoint name,
                Object attachment,
                HttpContext context,
                FutureCallback<ManagedAsyncClientConnection> callback) {
            connecting.upgrade(connection, host, name, attachment, context, callback);
        }
    }

    private interface Begin {
        Future<ManagedAsyncClientConnection> run();
    }
}
