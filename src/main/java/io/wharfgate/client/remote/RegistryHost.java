package io.wharfgate.client.remote;

import java.net.URI;

/**
 * A registry as somebody named it, and where it is.
 *
 * @param given {@code host[:port]} as image names begin with it
 * @param uri scheme, host and perhaps port
 */
record RegistryHost(String given, URI uri) {

    private static final String HUB = "docker.io";

    /** @param plain whether to speak HTTP without TLS */
    static RegistryHost of(String given, boolean plain) {
        // As all clients have it: the name is not the server's.
        String server = given.equals(HUB) || given.equals("index.docker.io") ? "registry-1.docker.io" : given;
        return new RegistryHost(given, URI.create((plain ? "http://" : "https://") + server));
    }

    boolean isPlain() {
        return uri.getScheme().equals("http");
    }

    /** Whether the host is this machine, so that what is sent in the clear stays on it. */
    static boolean isLocal(String given) {
        String host = given.replaceFirst(":[0-9]+$", "");
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /** Whether the address is of this very server, which may see our login. */
    boolean owns(URI other) {
        return other.getHost() != null
                && other.getHost().equalsIgnoreCase(uri.getHost())
                && port(other) == port(uri)
                && other.getScheme().equalsIgnoreCase(uri.getScheme());
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    @Override
    public String toString() {
        return given;
    }
}
