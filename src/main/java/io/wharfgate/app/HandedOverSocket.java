package io.wharfgate.app;

import io.wharfgate.http.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket that this process was started with, as its standard input: from systemd's {@code wharfgate.socket},
 * by way of the program {@code wharfgate}, or from any other parent. It outlives the process.
 */
final class HandedOverSocket {

    private static final Logger LOG = LoggerFactory.getLogger(HandedOverSocket.class);

    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

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

    /** Every interface, or this machine only, is the same in both IP versions; a name is not looked up. */
    static boolean agrees(ServerConfig.ListenAddress configured, InetSocketAddress address) {
        return (configured.port() == 0 || configured.port() == address.getPort())
                && hostAgrees(configured, address.getAddress());
    }

    private static boolean hostAgrees(ServerConfig.ListenAddress configured, InetAddress address) {
        if (configured.wildcard()) {
            return address.isAnyLocalAddress();
        }
        if (configured.loopback()) {
            return address.isLoopbackAddress();
        }
        boolean name = !IP_ADDRESS.matcher(configured.host()).matches();
        return name || new InetSocketAddress(configured.host(), 0).getAddress().equals(address);
    }
}
