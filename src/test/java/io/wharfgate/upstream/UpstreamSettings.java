package io.wharfgate.upstream;

import io.wharfgate.secret.Secret;
import io.wharfgate.upstream.UpstreamConfig.Credentials;
import io.wharfgate.upstream.UpstreamConfig.Headers;
import io.wharfgate.upstream.UpstreamConfig.Health;
import io.wharfgate.upstream.UpstreamConfig.Limits;
import io.wharfgate.upstream.UpstreamConfig.Registry;
import io.wharfgate.upstream.UpstreamConfig.Rules;
import io.wharfgate.upstream.UpstreamConfig.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The section {@code upstream} of a gateway under test; each method gives other settings. Immutable. */
public record UpstreamSettings(Registry registry, Map<String, Registry> prefixes, List<String> openPaths) {

    /** One registry at these addresses, with limits that no test meets by chance, and left alone by health checks. */
    public static UpstreamSettings to(URI... addresses) {
        return new UpstreamSettings(
                new Registry(
                        List.of(addresses),
                        Optional.empty(),
                        new Tls(Optional.empty(), Optional.empty()),
                        new Headers(Optional.empty(), Optional.empty(), Rules.NONE, Rules.NONE),
                        new Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(30), 256, false),
                        new Health(ScriptedUpstream.HEALTH, Duration.ofHours(1), Duration.ofMinutes(1), 3)),
                Map.of(),
                List.of());
    }

    public UpstreamConfig config() {
        return new UpstreamConfig(Optional.of(registry), prefixes, openPaths);
    }

    private UpstreamSettings registry(Registry other) {
        return new UpstreamSettings(other, prefixes, openPaths);
    }

    public UpstreamSettings credentials(String user, String password, String... tokenRealms) {
        Credentials own = new Credentials(user, Secret.of(password), Set.of(tokenRealms));
        return registry(new Registry(
                registry.addresses(),
                Optional.of(own),
                registry.tls(),
                registry.headers(),
                registry.limits(),
                registry.health()));
    }

    public UpstreamSettings authority(Path pem) {
        return registry(new Registry(
                registry.addresses(),
                registry.credentials(),
                new Tls(Optional.of(pem), Optional.empty()),
                registry.headers(),
                registry.limits(),
                registry.health()));
    }

    UpstreamSettings headers(Headers headers) {
        return registry(new Registry(
                registry.addresses(),
                registry.credentials(),
                registry.tls(),
                headers,
                registry.limits(),
                registry.health()));
    }

    UpstreamSettings limits(Limits limits) {
        return registry(new Registry(
                registry.addresses(),
                registry.credentials(),
                registry.tls(),
                registry.headers(),
                limits,
                registry.health()));
    }

    UpstreamSettings health(Health health) {
        return registry(new Registry(
                registry.addresses(),
                registry.credentials(),
                registry.tls(),
                registry.headers(),
                registry.limits(),
                health));
    }

    UpstreamSettings followRedirects() {
        Limits old = registry.limits();
        return limits(
                new Limits(old.connectTimeout(), old.leaseTimeout(), old.readTimeout(), old.maxConnections(), true));
    }

    UpstreamSettings connectTimeout(Duration time) {
        Limits old = registry.limits();
        return limits(
                new Limits(time, old.leaseTimeout(), old.readTimeout(), old.maxConnections(), old.followRedirects()));
    }

    UpstreamSettings readTimeout(Duration time) {
        Limits old = registry.limits();
        return limits(new Limits(
                old.connectTimeout(), old.leaseTimeout(), time, old.maxConnections(), old.followRedirects()));
    }

    UpstreamSettings pool(int connections, Duration leaseTimeout) {
        Limits old = registry.limits();
        return limits(
                new Limits(old.connectTimeout(), leaseTimeout, old.readTimeout(), connections, old.followRedirects()));
    }

    UpstreamSettings openPaths(String... paths) {
        return new UpstreamSettings(registry, prefixes, List.of(paths));
    }

    UpstreamSettings prefixes(Map<String, UpstreamSettings> others) {
        Map<String, Registry> registries = new java.util.HashMap<>();
        others.forEach((prefix, settings) -> registries.put(prefix, settings.registry));
        return new UpstreamSettings(registry, Map.copyOf(registries), openPaths);
    }
}
