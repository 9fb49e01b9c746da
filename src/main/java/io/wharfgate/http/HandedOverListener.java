package io.wharfgate.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.xnio.OptionMap;
import org.xnio.XnioWorker;
import org.xnio.nio.HandedOverServer;

/** A listener on a socket that was listening before this process, and will be after it. */
record HandedOverListener(InetSocketAddress address, HandedOverServer server) implements Listener {

    static HandedOverListener start(XnioWorker worker, ServerSocketChannel channel, OptionMap socket, Opening opening)
            throws IOException {
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        return new HandedOverListener(address, HandedOverServer.start(worker, channel, opening::acceptAll, socket));
    }

    @Override
    public void stop() {
        server.release();
    }
}
