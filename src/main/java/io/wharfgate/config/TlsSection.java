package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.tls.TlsConfig;
import io.wharfgate.yaml.Shown;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code tls}: files, self-signed, or off; exactly one. */
final class TlsSection {

    private final Values values;
    private final PathFormat paths;
    private final ServerConfig server;

    TlsSection(Values values, PathFormat paths, ServerConfig server) {
        this.values = values;
        this.paths = paths;
        this.server = server;
    }

    TlsConfig read() {
        boolean off = values.get(Key.TLS_OFF, new BooleanFormat(), false);
        Optional<Path> certificate = values.get(Key.TLS_CERTIFICATE, paths);
        Optional<Path> key = values.get(Key.TLS_KEY, paths);
        Optional<Path> passwordFile = values.get(Key.TLS_KEY_PASSWORD_FILE, paths);
        Optional<List<String>> names = values.list(Key.TLS_SELF_SIGNED, new HostFormat());
        refuseMixtures(off);
        if (off) {
            return new TlsConfig.Off();
        }
        if (certificate.isPresent()) {
            return files(certificate.get(), key, passwordFile);
        }
        return selfSigned(names);
    }

    private void refuseMixtures(boolean off) {
        var chosen = new ArrayList<Key>();
        List<Key> ofFiles = List.of(Key.TLS_CERTIFICATE, Key.TLS_KEY, Key.TLS_KEY_PASSWORD_FILE);
        ofFiles.stream().filter(this::isGiven).findFirst().ifPresent(chosen::add);
        if (isGiven(Key.TLS_SELF_SIGNED)) {
            chosen.add(Key.TLS_SELF_SIGNED);
        }
        if (off) {
            chosen.add(Key.TLS_OFF);
        }
        for (Key extra : chosen.subList(Math.min(1, chosen.size()), chosen.size())) {
            Key first = chosen.get(0);
            values.error(
                    extra,
                    "cannot stand beside " + first.path() + " (" + values.origin(first)
                            + "); keep one of tls.certificate, tls.self-signed and tls.off");
        }
        if (!isGiven(Key.TLS_CERTIFICATE)) {
            ofFiles.stream()
                    .filter(this::isGiven)
                    .forEach(lone -> values.error(
                            lone, "is set, but tls.certificate is not; set it, or " + Key.TLS_CERTIFICATE.variable()));
        }
        if (values.origin(Key.TLS_CERTIFICATE).toString().startsWith("REGISTRY_") && !isGiven(Key.TLS_KEY)) {
            values.error(Key.TLS_CERTIFICATE, "has no key; set REGISTRY_HTTP_TLS_KEY too");
        }
    }

    private TlsConfig files(Path certificate, Optional<Path> key, Optional<Path> passwordFile) {
        if (key.isEmpty()) {
            values.assume(Key.TLS_KEY, List.of(paths.show(certificate)));
        }
        return new TlsConfig.Files(
                certificate,
                key.orElse(certificate),
                passwordFile.flatMap(
                        file -> PasswordFile.read(values, Key.TLS_KEY_PASSWORD_FILE, file, "the key's password")));
    }

    private TlsConfig selfSigned(Optional<List<String>> given) {
        Optional<String> external = server.externalUrl().map(TlsSection::host);
        var names = new LinkedHashSet<>(given.orElse(List.of("localhost", "127.0.0.1", "::1")));
        if (given.isEmpty()) {
            external.ifPresent(names::add);
            values.assume(Key.TLS_SELF_SIGNED, List.copyOf(names));
        } else if (names.isEmpty()) {
            values.error(Key.TLS_SELF_SIGNED, "names no host; write at least one, such as [localhost]");
        }
        external.filter(host -> !covers(names, host))
                .ifPresent(host -> values.warning(
                        Key.TLS_SELF_SIGNED,
                        "lacks the host of server.external-url, so clients will refuse the certificate; add "
                                + Shown.quoted(host)));
        return new TlsConfig.SelfSigned(
                List.copyOf(names), server.dataDirectory().resolve("tls"));
    }

    private static boolean covers(Set<String> names, String host) {
        return names.contains(host) || names.contains("*" + host.substring(Math.max(0, host.indexOf('.'))));
    }

    private static String host(URI url) {
        return url.getHost().replaceAll("[\\[\\]]", "");
    }

    private boolean isGiven(Key key) {
        return values.given(key).isPresent();
    }
}
