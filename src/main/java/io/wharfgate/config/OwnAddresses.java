package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.ops.OpsConfig;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where this service itself is, as far as the configuration tells. Never asks DNS. */
final class OwnAddresses {

    private final Map<Key, ListenAddress> listeners = new LinkedHashMap<>();
    private final Optional<URI> external;

    OwnAddresses(ServerConfig server, OpsConfig ops) {
        listeners.put(Key.SERVER_LISTEN, server.listen());
        server.redirectHttp().ifPresent(address -> listeners.put(Key.SERVER_REDIRECT_HTTP, address));
        ops.listen().ifPresent(address -> listeners.put(Key.OPS_LISTEN, address));
        external = server.externalUrl();
    }

    /** The key of the listener, or of the external URL, that somebody reaches by this URL. */
    Optional<Key> keyOf(URI url) {
        if (external.filter(ours -> ours.getHost().equals(UpstreamUrlFormat.host(url)) && port(ours) == port(url))
                .isPresent()) {
            return Optional.of(Key.SERVER_EXTERNAL_URL);
        }
        return listeners.entrySet().stream()
                .filter(listener -> listener.getValue().port() == port(url))
                .filter(listener -> reaches(host(url), listener.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean reaches(String host, ListenAddress listener) {
        var asked = new ListenAddress(host, listener.port());
        boolean here = asked.loopback() || asked.wildcard();
        return host.equals(listener.host())
                || (here && listener.wildcard())
                || (here
                        && listener.loopback()
                        && (host.equals("localhost") || listener.host().equals("localhost")));
    }

    /** Whether the URL leads to this machine for sure. */
    static boolean loopback(URI url) {
        return new ListenAddress(host(url), 0).loopback();
    }

    /** The URL's port, or that of its scheme. */
    static int port(URI url) {
        int written = UpstreamUrlFormat.port(url);
        if (written >= 0) {
            return written;
        }
        return url.getScheme().equals("https") ? 443 : 80;
    }

    private static String host(URI url) {
        return UpstreamUrlFormat.host(url).replaceAll("[\\[\\]]", "");
    }
}
