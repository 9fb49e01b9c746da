package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.management.XnioServerMXBean;

/**
 * One listener of Undertow's with its threads, set up the way this service needs it ({@link ListenerOptions}). Started once
 * and closed once; thread-safe.
 */
public final class HttpServer implements AutoCloseable {

    private final Listener listener;
    private final XnioWorker worker;
    private final String listen;
    private final int connectionLimit;

    private HttpServer(Listener listener, XnioWorker worker, String listen, int connectionLimit) {
        this.listener = listener;
        this.worker = worker;
        this.listen = listen;
        this.connectionLimit = connectionLimit;
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
        XnioWorker worker = threads(listen.port(), ioThreads);
        try {
            OptionMap socket = ListenerOptions.socket(limits);
            Listener own = Listener.Own.start(worker, listen, socket, new Opening(worker, socket, tls, handler));
            return new HttpServer(own, worker, listen.toString(), limits.maxConnections());
        } catch (IOException | RuntimeException e) {
            worker.shutdownNow();
            throw cannotListen(listen, e);
        }
    }

    /**
     * Answers on a socket that listens already and belongs to somebody else, who keeps it open when this server closes: who
     * connects in between waits, and is not refused.
     *
     * @param tls empty for plain HTTP
     */
    public static HttpServer startOn(
            ServerSocketChannel handedOver,
            ServerConfig.Limits limits,
            int ioThreads,
            Optional<SSLContext> tls,
            HttpHandler handler)
            throws IOException {
        InetSocketAddress address = (InetSocketAddress) handedOver.getLocalAddress();
        XnioWorker worker = threads(address.getPort(), ioThreads);
        try {
            OptionMap socket = ListenerOptions.socket(limits);
            Listener listener =
                    HandedOverListener.start(worker, handedOver, socket, new Opening(worker, socket, tls, handler));
            return new HttpServer(listener, worker, address.toString(), limits.maxConnections());
        } catch (IOException | RuntimeException e) {
            worker.shutdownNow();
            throw e;
        }
    }

    private static XnioWorker threads(int port, int ioThreads) throws IOException {
        return Xnio.getInstance(HttpServer.class.getClassLoader())
                .createWorker(ListenerOptions.threads("io-" + port, ioThreads));
    }

    private static IOException cannotListen(ServerConfig.ListenAddress listen, Exception e) {
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
        return listener.address().getPort();
    }

    /** Connections that are open just now, those among them that have not sent a byte. */
    public int connections() {
        return worker.getMXBean().getServerMXBeans().stream()
                .mapToInt(XnioServerMXBean::getConnectionCount)
                .filter(count -> count > 0)
                .sum();
    }

    /** So many connections may be open; further ones wait in the kernel. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** The I/O threads, each by itself: whether they move can be told from whether they take tasks. */
    public List<Executor> threads() {
        return IntStream.range(0, worker.getIoThreadCount())
                .<Executor>mapToObj(worker::getIoThread)
                .toList();
    }

    /** Whether the socket stays open when this server closes: then another process answers there soon. */
    public boolean handedOver() {
        return listener instanceof HandedOverListener;
    }

    /** Takes no new connections from here on; those that are open go on. */
    public void stopAccepting() {
        listener.stop();
    }

    /** Cuts every connection that is still open. */
    @Override
    public void close() {
        listener.stop();
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
