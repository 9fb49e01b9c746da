package io.wharfgate.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * One listener of Undertow's, set up the way this service needs it: HTTP/1.1, no limit on bodies (handlers have their
 * own), nothing decoded, every silence bounded, kernel buffers bounded. Started once and closed once; thread-safe.
 *
 * <p>HTTP/2 stays off: Undertow 2.4 stalls uploads behind its connection window, and has no time limit for the TLS
 * handshake when HTTP/2 is on; docker, skopeo and podman speak HTTP/1.1 to registries anyway.
 */
public final class HttpServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int IDLE_MILLIS = 60_000;
    private static final int HEADER_MILLIS = 30_000;
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 100;

    /** Undertow's buffers; a TLS record's worth, so that what is sent in multiples of it leaves no stub records. */
    private static final int IO_BUFFER_BYTES = 16 * 1024;

    private final Undertow undertow;
    private final XnioWorker worker;
    private final String listen;

    private HttpServer(Undertow undertow, XnioWorker worker, String listen) {
        this.undertow = undertow;
        this.worker = worker;
        this.listen = listen;
    }

    /**
     * Begins to listen.
     *
     * @param tls empty for plain HTTP
     * @param handler a {@link RootHandler}, or an {@link Entrance} to one
     * @throws IOException when the address cannot be listened on; the message says why and what to do
     */
    public static HttpServer start(
            ServerConfig.ListenAddress listen,
            ServerConfig.Limits limits,
            int ioThreads,
            Optional<SSLContext> tls,
            HttpHandler handler)
            throws IOException {
        XnioWorker worker = Xnio.getInstance(HttpServer.class.getClassLoader())
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_NAME, "io-" + listen.port())
                        .set(Options.WORKER_IO_THREADS, ioThreads)
                        // Runs TLS handshake steps only: everything that waits has threads of its own.
                        .set(Options.WORKER_TASK_CORE_THREADS, 2)
                        .set(Options.WORKER_TASK_MAX_THREADS, 2)
                        .set(Options.THREAD_DAEMON, true)
                        .getMap());
        Undertow.ListenerBuilder listener = new Undertow.ListenerBuilder()
                .setType(tls.isPresent() ? Undertow.ListenerType.HTTPS : Undertow.ListenerType.HTTP)
                .setHost(listen.host())
                .setPort(listen.port())
                .setRootHandler(handler)
                .setOverrideSocketOptions(socketOptions(limits));
        tls.ifPresent(listener::setSslContext);
        Undertow undertow = serverOptions(Undertow.builder())
                .setWorker(worker)
                .addListener(listener)
                .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            worker.shutdownNow();
            throw cannotListen(listen, e);
        }
        return new HttpServer(undertow, worker, listen.toString());
    }

    private static Undertow.Builder serverOptions(Undertow.Builder builder) {
        return builder.setBufferSize(IO_BUFFER_BYTES)
                .setDirectBuffers(true)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_MILLIS)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
                .setServerOption(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false);
    }

    private static OptionMap socketOptions(ServerConfig.Limits limits) {
        return OptionMap.builder()
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BACKLOG, BACKLOG)
                // Left to itself, the kernel grows them to megabytes each; a thousand slow clients then fill its TCP
                // memory, and everybody crawls.
                .set(Options.SEND_BUFFER, limits.socketBuffer())
                .set(Options.RECEIVE_BUFFER, limits.socketBuffer())
                .set(Options.CONNECTION_HIGH_WATER, limits.maxConnections())
                .set(Options.CONNECTION_LOW_WATER, limits.maxConnections())
                .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                .getMap();
    }

    private static IOException cannotListen(ServerConfig.ListenAddress listen, RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof BindException)) {
            cause = cause.getCause();
        }
        return new IOException(
                "cannot listen on " + listen + ": " + cause.getMessage()
                        + "; is another service on that port, or does the port need more rights?",
                e);
    }

    /** The port that is listened on, also when the system chose it. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** The I/O threads, each by itself: whether they move can be told from whether they take tasks. */
    public List<Executor> threads() {
        return IntStream.range(0, worker.getIoThreadCount())
                .<Executor>mapToObj(worker::getIoThread)
                .toList();
    }

    /** Takes no new connections from here on; those that are open go on. */
    public void stopAccepting() {
        undertow.stop();
    }

    /** Cuts every connection that is still open. */
    @Override
    public void close() {
        undertow.stop();
        worker.shutdownNow();
        try {
            worker.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return listen;
    }

    /** One thread a core: they only move bytes, and never wait. */
    public static int ioThreads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }
}
