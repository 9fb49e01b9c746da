package io.wharfgate.upstream;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;

/** How the upstreams of a configuration are put together. Used once. */
final class Opening {

    /** What the configuration calls the upstream without a prefix. */
    private static final String STANDARD = "standard";

    private final Map<UpstreamConfig.Tls, Optional<SSLContext>> contexts = new LinkedHashMap<>();
    private final List<HealthCheck> checks = new ArrayList<>();
    private final Map<Upstream, OwnRequests> ownRequests = new LinkedHashMap<>();
    private final int socketBuffer;

    /** In Via: tells this process from every other one, so that a loop is known. */
    private final String via = "wharfgate-"
            + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    /** @param socketBuffer bytes of each kernel buffer of connections to upstreams */
    Opening(int socketBuffer) {
        this.socketBuffer = socketBuffer;
    }

    /** @throws IOException when a certificate or key cannot be used; nothing is open then */
    Upstreams open(UpstreamConfig config, ClientTrust trust, OwnChallenge challenge) throws IOException {
        List<UpstreamConfig.Registry> all = new ArrayList<>(config.prefixes().values());
        config.standard().ifPresent(all::add);
        for (UpstreamConfig.Registry registry : all) {
            if (!contexts.containsKey(registry.tls())) {
                contexts.put(registry.tls(), trust.of(registry.tls()));
            }
        }
        Map<String, Upstream> prefixed = new LinkedHashMap<>();
        config.prefixes().forEach((prefix, registry) -> prefixed.put(prefix, upstream(prefix, registry)));
        Prefixes<Upstream> prefixes =
                new Prefixes<>(config.standard().map(registry -> upstream(STANDARD, registry)), prefixed);
        return new Upstreams(prefixes, challenge, config.openPaths(), catalog(prefixes), HealthChecks.start(checks));
    }

    private Upstream upstream(String name, UpstreamConfig.Registry registry) {
        Transport transport = new HttpClientTransport(
                registry.limits(), socketBuffer, contexts.getOrDefault(registry.tls(), Optional.empty()));
        // Object storage is trusted as the system trusts it, and is not shown the certificate meant for the registry.
        Optional<Transport> storage = registry.limits().followRedirects()
                ? Optional.of(
                        new HttpClientTransport(registry.limits(), socketBuffer, Optional.empty(), new StorageNames()))
                : Optional.empty();
        Optional<String> host = registry.headers().host();
        Addresses addresses = new Addresses(name, registry.addresses(), registry.health(), Clock.systemUTC());
        checks.add(new HealthCheck(addresses, transport, registry.health(), host));
        Optional<UpstreamAuthorization> login = registry.credentials()
                .map(own -> new OwnCredentials(
                        registry, own, () -> addresses.next(Set.of()).map(Address::host), transport, System::nanoTime));
        Upstream upstream = new Upstream(
                addresses,
                new UploadMark(addresses),
                new RequestFields(registry.headers(), via),
                new AnswerFields(registry),
                login,
                new Upstream.Connections(transport, storage));
        ownRequests.put(upstream, new OwnRequests(addresses, transport, login.orElseGet(NoAuthorization::new), host));
        return upstream;
    }

    /** One list of all repositories. */
    private UpstreamCatalog catalog(Prefixes<Upstream> prefixes) {
        List<CatalogSource> sources = prefixes.all().stream()
                .map(upstream -> new CatalogSource(
                        Objects.requireNonNull(ownRequests.get(upstream)),
                        name -> prefixes.at(name.value())
                                .filter(upstream::equals)
                                .isPresent()))
                .toList();
        return new UpstreamCatalog(sources, Clock.systemUTC());
    }
}
