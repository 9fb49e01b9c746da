package io.wharfgate.config;

import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.tls.TlsConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What no single value tells: values of different sections that do not go together. */
final class CrossChecks {

    private final Values values;
    private final WharfgateConfig config;

    CrossChecks(Values values, WharfgateConfig config) {
        this.values = values;
        this.config = config;
    }

    void run() {
        oneListenerForEachAddress();
        plainHttp();
    }

    private void oneListenerForEachAddress() {
        Map<Key, ListenAddress> listeners = new LinkedHashMap<>();
        listeners.put(Key.SERVER_LISTEN, config.server().listen());
        config.server().redirectHttp().ifPresent(address -> listeners.put(Key.SERVER_REDIRECT_HTTP, address));
        config.ops().listen().ifPresent(address -> listeners.put(Key.OPS_LISTEN, address));
        Map<Key, ListenAddress> earlier = new LinkedHashMap<>();
        listeners.forEach((key, address) -> {
            firstOverlap(earlier, address)
                    .ifPresent(other -> values.error(
                            key,
                            address + " is taken by " + other.path() + " (" + values.origin(other)
                                    + "); give each its own port"));
            earlier.put(key, address);
        });
    }

    private static Optional<Key> firstOverlap(Map<Key, ListenAddress> earlier, ListenAddress address) {
        return earlier.entrySet().stream()
                .filter(e -> e.getValue().port() == address.port() && address.port() != 0)
                .filter(e -> e.getValue().host().equals(address.host())
                        || e.getValue().wildcard()
                        || address.wildcard())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void plainHttp() {
        if (!(config.tls() instanceof TlsConfig.Off)) {
            return;
        }
        boolean httpsOutside = config.server()
                .externalUrl()
                .filter(url -> url.getScheme().equals("https"))
                .isPresent();
        if (config.server().redirectHttp().isPresent() && !httpsOutside) {
            values.error(
                    Key.SERVER_REDIRECT_HTTP,
                    "redirects to HTTPS, but tls.off is true and server.external-url is no https:// URL; remove it, or"
                            + " set that URL");
        }
        if (!config.server().listen().loopback()
                && config.server().trustedProxies().isEmpty()) {
            values.warning(
                    Key.TLS_OFF,
                    "passwords cross the network unencrypted; listen on 127.0.0.1, or name the proxy that does TLS in"
                            + " server.trusted-proxies");
        }
    }
}
