package io.wharfgate.config;

import io.wharfgate.secret.Secret;
import io.wharfgate.upstream.UpstreamConfig.Identity;
import io.wharfgate.upstream.UpstreamConfig.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads what an {@code https} upstream is trusted by, and what it is shown. */
final class ClientTlsSection {

    private static final List<Key> KEYS = List.of(
            Key.UPSTREAM_CA,
            Key.UPSTREAM_CLIENT_CERTIFICATE,
            Key.UPSTREAM_CLIENT_KEY,
            Key.UPSTREAM_CLIENT_KEY_PASSWORD_FILE);

    private final Values values;
    private final PathFormat paths;
    private final Key address;

    /** For the upstream whose address, or addresses, stand at the key {@code address}. */
    ClientTlsSection(Values values, PathFormat paths, Key address) {
        this.values = values;
        this.paths = paths;
        this.address = address;
    }

    Tls read(List<URI> addresses) {
        Optional<Path> authority = values.get(Key.UPSTREAM_CA, paths);
        Optional<Path> certificate = values.get(Key.UPSTREAM_CLIENT_CERTIFICATE, paths);
        Optional<Path> key = values.get(Key.UPSTREAM_CLIENT_KEY, paths);
        Optional<Path> passwordFile = values.get(Key.UPSTREAM_CLIENT_KEY_PASSWORD_FILE, paths);
        refuseWithoutTls(addresses);
        refuseWithoutCertificate();
        return new Tls(authority, certificate.map(chain -> identity(chain, key, passwordFile)));
    }

    private Identity identity(Path chain, Optional<Path> key, Optional<Path> passwordFile) {
        if (key.isEmpty()) {
            values.assume(Key.UPSTREAM_CLIENT_KEY, List.of(paths.show(chain)));
        }
        Optional<Secret> password = passwordFile.flatMap(
                file -> PasswordFile.read(values, Key.UPSTREAM_CLIENT_KEY_PASSWORD_FILE, file, "the key's password"));
        return new Identity(chain, key.orElse(chain), password);
    }

    private void refuseWithoutTls(List<URI> addresses) {
        if (addresses.stream().anyMatch(url -> url.getScheme().equals("http"))) {
            KEYS.stream()
                    .filter(key -> values.given(key).isPresent())
                    .forEach(key -> values.error(
                            key,
                            "is for https://, but " + values.name(address) + " (" + values.origin(address)
                                    + ") is http://; change that, or remove this"));
        }
    }

    private void refuseWithoutCertificate() {
        if (values.given(Key.UPSTREAM_CLIENT_CERTIFICATE).isEmpty()) {
            KEYS.subList(2, KEYS.size()).stream()
                    .filter(key -> values.given(key).isPresent())
                    .forEach(lone -> values.error(
                            lone,
                            "is set, but " + values.name(Key.UPSTREAM_CLIENT_CERTIFICATE)
                                    + " is not; set it, or remove this"));
        }
    }
}
