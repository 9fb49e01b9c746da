package io.wharfgate.http;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code server}. Immutable.
 *
 * @param listen where clients connect
 * @param redirectHttp a plain HTTP listener that only redirects to HTTPS
 * @param externalUrl how clients reach this registry: scheme, host and perhaps a port, nothing else
 * @param trustedProxies peers whose {@code X-Forwarded-*} headers are believed
 * @param dataDirectory absolute; what has no place of its own lives below it
 * @param limits time and resource limits
 */
public record ServerConfig(
        ListenAddress listen,
        Optional<ListenAddress> redirectHttp,
        Optional<URI> externalUrl,
        List<Cidr> trustedProxies,
        Path dataDirectory,
        Limits limits) {

    public ServerConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * Time and resource limits of the server.
     *
     * @param stallTimeout a transfer that makes no progress for this long is ended
     * @param drainTimeout how long running requests may take to finish when the service stops
     * @param maxConnections client connections open at once
     * @param socketBuffer bytes; the kernel's send buffer and its receive buffer have this size each
     * @param workerThreads threads for disk and hashing; 0 means: chosen from the number of cores
     */
    public record Limits(
            Duration stallTimeout, Duration drainTimeout, int maxConnections, int socketBuffer, int workerThreads) {

        /** The same limits with another number of connections. */
        public Limits withMaxConnections(int connections) {
            return new Limits(stallTimeout, drainTimeout, connections, socketBuffer, workerThreads);
        }
    }

    /**
     * An address to listen on.
     *
     * @param host a host name or an IP address, IPv6 without brackets; {@code 0.0.0.0} and {@code ::} are all interfaces
     * @param port 0 to 65535; 0 lets the system choose a free one
     */
    public record ListenAddress(String host, int port) {

        public ListenAddress {
            if (host.isEmpty() || port < 0 || port > 65535) {
                throw new IllegalArgumentException("an address needs a host, and a port from 0 to 65535");
            }
        }

        /** Whether every interface of the machine listens. */
        public boolean wildcard() {
            return host.equals("0.0.0.0") || host.equals("::");
        }

        /** Whether only this machine can connect. A host name other than {@code localhost} is not looked up: false. */
        public boolean loopback() {
            return host.equals("localhost")
                    || host.equals("::1")
                    || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
        }

        /** How a client names the host: {@code localhost} where this machine is meant, or every interface. */
        public String clientHost() {
            return wildcard() || loopback() ? "localhost" : bracketed();
        }

        private String bracketed() {
            return host.contains(":") ? "[" + host + "]" : host;
        }

        /** {@code host:port}, an IPv6 address in brackets, as the configuration takes it. */
        @Override
        public String toString() {
            return bracketed() + ":" + port;
        }
    }

    /**
     * A block of IP addresses, such as {@code 10.0.0.0/8}.
     *
     * @param network its first address: every bit behind the prefix is 0
     * @param prefix length in bits
     */
    public record Cidr(InetAddress network, int prefix) {

        public Cidr {
            if (prefix < 0 || prefix > network.getAddress().length * 8) {
                throw new IllegalArgumentException("a prefix has 0 to 32 bits, or 128 for IPv6");
            }
            if (!masked(network.getAddress(), prefix).equals(network)) {
                throw new IllegalArgumentException("a network has no bit set behind its prefix");
            }
        }

        /** The block of this length that the address lies in. */
        public static Cidr around(InetAddress address, int prefix) {
            return new Cidr(masked(address.getAddress(), prefix), prefix);
        }

        /** Whether the address lies in this block. An address of the other IP version never does. */
        public boolean contains(InetAddress address) {
            return address.getAddress().length == network.getAddress().length
                    && masked(address.getAddress(), prefix).equals(network);
        }

        private static InetAddress masked(byte[] address, int prefix) {
            byte[] bytes = address.clone();
            for (int i = 0; i < bytes.length; i++) {
                int bits = Math.max(0, Math.min(8, prefix - i * 8));
                bytes[i] &= (byte) (0xFF << (8 - bits));
            }
            try {
                return InetAddress.getByAddress(bytes);
            } catch (java.net.UnknownHostException e) {
                throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
            }
        }

        /** As the configuration takes it. */
        @Override
        public String toString() {
            return network.getHostAddress() + "/" + prefix;
        }
    }
}
