package org.xnio.nio;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xnio.ChannelListener;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * XNIO's server on a socket that listens already, because somebody else has opened it and keeps it open: systemd, for a
 * restart that refuses no connection.
 *
 * <p>XNIO can do that, and lets nobody ask for it: {@code XnioWorker.createStreamConnectionServer} always binds a socket of
 * its own, and all that comes after the binding is package-private. So this class lies in XNIO's package, and does what
 * {@code NioXnioWorker.createTcpConnectionServer} of XNIO 3.8.16 does after {@code bind}. {@code HandedOverServerTest} fails
 * when another XNIO differs. See docs/decisions/0024.
 *
 * <p>Thread-safe as XNIO's own.
 */
public final class HandedOverServer {

    /** One thread accepts, and the connections are spread over the others; as for every server that XNIO makes itself. */
    private static final boolean ONE_THREAD_ACCEPTS = true;

    private final AtomicBoolean released = new AtomicBoolean();
    private final NioTcpServer server;
    private final AcceptingChannel<StreamConnection> queued;

    private HandedOverServer(NioTcpServer server) {
        this.server = server;
        this.queued = new QueuedNioTcpServer2(server);
    }

    /**
     * Begins to accept.
     *
     * @param channel bound and listening. It stays open whatever happens here, also when the worker is shut down: with
     *     Java's own {@code System.inheritedChannel()} a close would take standard output and standard error with it
     * @param listener is called on the I/O threads, and accepts until there is no connection left
     * @param options as for a server of XNIO's own; the backlog, and whether the address is reused, are settled already
     */
    public static HandedOverServer start(
            XnioWorker worker,
            ServerSocketChannel channel,
            ChannelListener<AcceptingChannel<StreamConnection>> listener,
            OptionMap options)
            throws IOException {
        NioXnioWorker own = (NioXnioWorker) worker;
        own.checkShutdown();
        if (options.contains(Options.RECEIVE_BUFFER)) {
            // Connections get it from the listening socket, those too that have been waiting since before this process.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.get(Options.RECEIVE_BUFFER, 0));
        }
        channel.configureBlocking(false);
        HandedOverServer server = new HandedOverServer(new NioTcpServer(own, channel, options, ONE_THREAD_ACCEPTS));
        server.queued.getAcceptSetter().set(listener);
        server.queued.resumeAccepts();
        return server;
    }

    /**
     * Accepts nothing more. What comes from now on waits in the kernel for whoever gets the socket next; what has been
     * accepted goes on. Afterwards XNIO does not know of the socket any more, so that nothing in it can close it. May be
     * called again.
     */
    public void release() {
        if (!released.compareAndSet(false, true)) {
            // Its thread may have ended meanwhile, and refuses.
            return;
        }
        queued.suspendAccepts();
        // Waits for a round of that thread, in which it may accept a last time.
        server.getHandle(0).cancelKey(true);
    }
}
