package io.wharfgate.app;

import io.wharfgate.http.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket that this process was started with, as its standard input: from systemd's {@code wharfgate.socket},
 * by way of the program {@code wharfgate}, or from any other parent. It outlives the process.
 */
final class HandedOverSocket {

    private static final Logger LOG = LoggerFactory.getLogger(HandedOverSocket.class);

    private HandedOverSocket() {}

    /**
     * The same one at each call; empty when standard input is anything else.
     *
     * @param configured is not listened on then; the log says so where that matters
     */
    static Optional<ServerSocketChannel> find(ServerConfig.ListenAddress configured) throws IOException {
        if (System.inheritedChannel() instanceof ServerSocketChannel channel
                && channel.getLocalAddress() instanceof InetSocketAddress address) {
            LOG.info("listening on the socket {} that was handed over", address);
            if (!agrees(configured, address)) {
                LOG.warn(
                        "server.listen is {}, and the socket that was handed over {}: the socket counts, but URLs and redirects"
                                + " follow server.listen; make both the same (ListenStream= of wharfgate.socket)",
                        configured,
                        address);
            }
            return Optional.of(channel);
        }
        return Optional.empty();
    }

    /** Every interface, or this machine only: whichever way it is written, and of whichever IP version. */
    static boolean agrees(ServerConfig.ListenAddress configured, InetSocketAddress address) {
        boolean sameHost = configured.wildcard()
                ? address.getAddress().isAnyLocalAddress()
                : configured.loopback()
                        ? address.getAddress().isLoopbackAddress()
                        : configured.host().equals(address.getAddress().getHostAddress())
                                || !configured.host().matches("[0-9.]+|.*:.*");
        return sameHost && (configured.port() == 0 || configured.port() == address.getPort());
    }
}
