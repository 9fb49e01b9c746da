package io.wharfgate.http;

import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
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

/**
 * What a listener does with each new connection. Undertow's parts are put together here as {@code Undertow} itself does it,
 * which can only open sockets itself, and gives TLS buffers of one size for all.
 */
final class Opening {

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    /** As {@code Undertow} has them: no bound, and so many kept by a thread. */
    private static final int BUFFERS = -1;

    private static final int BUFFERS_OF_A_THREAD = 4;

    private final HttpOpenListener http;
    private final UnaryOperator<StreamConnection> tls;

    /** @param tls empty for plain HTTP */
    Opening(XnioWorker worker, OptionMap socket, Optional<SSLContext> tls, HttpHandler handler) {
        http = new HttpOpenListener(
                new DefaultByteBufferPool(true, ListenerOptions.IO_BUFFER_BYTES, BUFFERS, BUFFERS_OF_A_THREAD),
                OptionMap.builder()
                        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                        .addAll(ListenerOptions.server())
                        .getMap());
        http.setRootHandler(handler);
        this.tls = tls.<UnaryOperator<StreamConnection>>map(context -> tls(worker, context, socket))
                .orElse(UnaryOperator.identity());
    }

    private static UnaryOperator<StreamConnection> tls(XnioWorker worker, SSLContext context, OptionMap socket) {
        RecordBuffers buffers = RecordBuffers.forThisMachine();
        OptionMap direct = OptionMap.create(Options.USE_DIRECT_BUFFERS, true);
        return connection -> new UndertowXnioSsl(worker.getXnio(), direct, buffers.ofConnection(), context)
                .wrapExistingConnection(connection, socket, false);
    }

    /** On an I/O thread: everything that is there for it. */
    void acceptAll(AcceptingChannel<StreamConnection> connections) {
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
}
