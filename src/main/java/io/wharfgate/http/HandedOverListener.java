package io.wharfgate.http;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.nio.HandedOverServer;

/**
 * A listener on a socket that was listening before this process, and will be after it. {@code Undertow} can only open
 * sockets itself, so its parts are put together here as it does it.
 */
final class HandedOverListener implements Listener {

    private static final Logger LOG = LoggerFactory.getLogger(HandedOverListener.class);

    /** As {@code Undertow} has them: no bound, and so many kept by a thread. */
    private static final int BUFFERS = -1;

    private static final int BUFFERS_OF_A_THREAD = 4;

    private final HttpOpenListener http;
    private final UnaryOperator<StreamConnection> tls;
    private final InetSocketAddress address;
    private final HandedOverServer server;

    private HandedOverListener(
            XnioWorker worker,
            ServerSocketChannel channel,
            OptionMap socket,
            Optional<SSLContext> tls,
            HttpHandler handler)
            throws IOException {
        ByteBufferPool buffers =
                new DefaultByteBufferPool(true, ListenerOptions.IO_BUFFER_BYTES, BUFFERS, BUFFERS_OF_A_THREAD);
        http = new HttpOpenListener(
                buffers,
                OptionMap.builder()
                        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                        .addAll(ListenerOptions.server())
                        .getMap());
        http.setRootHandler(handler);
        this.tls = tls.<UnaryOperator<StreamConnection>>map(context -> tls(worker, context, socket))
                .orElse(UnaryOperator.identity());
        address = (InetSocketAddress) channel.getLocalAddress();
        server = HandedOverServer.start(worker, channel, this::accept, socket);
    }

    static HandedOverListener start(
            XnioWorker worker,
            ServerSocketChannel channel,
            OptionMap socket,
            Optional<SSLContext> tls,
            HttpHandler handler)
            throws IOException {
        return new HandedOverListener(worker, channel, socket, tls, handler);
    }

    private static UnaryOperator<StreamConnection> tls(XnioWorker worker, SSLContext context, OptionMap socket) {
        UndertowXnioSsl ssl =
                new UndertowXnioSsl(worker.getXnio(), OptionMap.create(Options.USE_DIRECT_BUFFERS, true), context);
        return connection -> ssl.wrapExistingConnection(connection, socket, false);
    }

    /** On an I/O thread: everything that is there for it. */
    private void accept(AcceptingChannel<StreamConnection> connections) {
        try {
            for (StreamConnection next = connections.accept(); next != null; next = connections.accept()) {
                open(next);
            }
        } catch (ClosedChannelException e) {
            // Stopped meanwhile.
        } catch (IOException e) {
            LOG.warn("a connection could not be accepted: {}", e.getMessage());
        }
    }

    private void open(StreamConnection connection) {
        try {
            http.handleEvent(tls.apply(connection));
        } catch (RuntimeException e) {
            // One that has gone already, for example, and has no address any more.
            LOG.debug("a connection could not be opened", e);
            IoUtils.safeClose(connection);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void stop() {
        server.release();
    }
}
