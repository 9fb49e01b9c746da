package io.wharfgate.upstream;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section {@code upstream}: the registries that this gateway stands in front of. Immutable.
 *
 * @param standard where repositories go that no prefix matches, and everything that is no repository's
 * @param prefixes further upstreams by the components that repository names begin with: {@code team} is for {@code team} and
 *     {@code team/app}, and not for {@code teams}; of several that match, the longest counts
 * @param openPaths paths beside {@code /_ping} and {@code /v1/_ping} that are forwarded without authentication, for GET
 *     and HEAD; one that ends in {@code *} means every path that starts so
 */
public record UpstreamConfig(Optional<Registry> standard, Map<String, Registry> prefixes, List<String> openPaths) {

    public UpstreamConfig {
        prefixes = Map.copyOf(prefixes);
        openPaths = List.copyOf(openPaths);
        if (standard.isEmpty() && prefixes.isEmpty()) {
            throw new IllegalArgumentException("a gateway needs an upstream");
        }
    }

    private Stream<Registry> registries() {
        return Stream.concat(standard.stream(), prefixes.values().stream());
    }

    /** Connections to all addresses of all upstreams that are allowed together. */
    public long maxConnections() {
        return registries()
                .mapToLong(registry ->
                        (long) registry.addresses().size() * registry.limits().maxConnections())
                .sum();
    }

    /** The addresses, with their prefixes, for a person. */
    public String describe() {
        Stream<String> prefixed = new TreeMap<>(prefixes)
                .entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "/ at " + entry.getValue().describe());
        return Stream.concat(standard.map(Registry::describe).stream(), prefixed)
                .collect(Collectors.joining(", "));
    }

    /** Whether repository names can begin with this: whole components of a name, without a slash at the end. */
    public static boolean isPrefix(String text) {
        return RepositoryName.isValid(text);
    }

    /**
     * One registry.
     *
     * @param addresses one or more servers of the same registry: scheme, host, perhaps a port and a path that stands
     *     before {@code /v2/}; all with the same scheme and path
     * @param credentials how this gateway logs in there
     */
    public record Registry(
            List<URI> addresses,
            Optional<Credentials> credentials,
            Tls tls,
            Headers headers,
            Limits limits,
            Health health) {

        public Registry {
            addresses = List.copyOf(addresses);
        }

        private String describe() {
            return addresses.stream().map(URI::toString).collect(Collectors.joining(" and "));
        }
    }

    /**
     * The gateway's own login at the upstream, by Basic or by a Bearer token, as the upstream asks.
     *
     * @param tokenRealms hosts, beside the upstream's own, whose token services may be given the password
     */
    public record Credentials(String username, Secret password, Set<String> tokenRealms) {

        public Credentials {
            tokenRealms = Set.copyOf(tokenRealms);
        }
    }

    /**
     * Trust and identity for an {@code https} upstream.
     *
     * @param authority PEM of authorities that are trusted instead of the system's
     * @param identity PEM files of the certificate that this gateway shows
     */
    public record Tls(Optional<Path> authority, Optional<Identity> identity) {}

    /** A client certificate: its chain and its key, as PEM. */
    public record Identity(Path certificate, Path key, Optional<Secret> keyPassword) {}

    /**
     * What becomes of header fields.
     *
     * @param host replaces the client's Host
     * @param user name of the field that tells the upstream the user's name
     * @param request changes to requests, applied last
     * @param response changes to answers, applied last
     */
    public record Headers(Optional<String> host, Optional<String> user, Rules request, Rules response) {}

    /**
     * Changes to header fields: first removed, then set (replacing every field of that name), then added.
     *
     * @param remove names, in any case
     */
    public record Rules(Set<String> remove, Map<String, String> set, Map<String, String> add) {

        public static final Rules NONE = new Rules(Set.of(), Map.of(), Map.of());

        public Rules {
            remove = Set.copyOf(remove);
            set = Map.copyOf(set);
            add = Map.copyOf(add);
        }

        /** Names alone: upstreams are told API keys in header fields. */
        @Override
        public String toString() {
            return "Rules[remove=" + remove + ", set=" + set.keySet() + ", add=" + add.keySet() + "]";
        }
    }

    /**
     * Time and resource limits, for each address.
     *
     * @param connectTimeout for the TCP connection and the TLS handshake together
     * @param leaseTimeout how long a request waits for one of {@code maxConnections}
     * @param readTimeout silence of the upstream after which a request is given up
     * @param followRedirects whether redirects to other hosts (object storage) are followed here, for GET and HEAD; else the
     *     client gets them as they are
     */
    public record Limits(
            Duration connectTimeout,
            Duration leaseTimeout,
            Duration readTimeout,
            int maxConnections,
            boolean followRedirects) {}

    /**
     * How addresses are looked after.
     *
     * @param path asked for with GET; any answer below 500 is a healthy one
     * @param interval between two checks
     * @param timeout of one check
     * @param failures so many in a row, of checks or of requests that found the address dead, take it out
     */
    public record Health(String path, Duration interval, Duration timeout, int failures) {}
}
