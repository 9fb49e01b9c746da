package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.gateway.Backend;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.OpenPaths;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RouteParser;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Answers {@code /v2/} and {@code /v1/} from the registries behind this gateway: chooses the one that a request is for,
 * and lets it be forwarded. Thread-safe, and waits for nothing. Closes its upstreams.
 */
public final class Upstreams implements Backend, AutoCloseable {

    /** What registries use. CONNECT and TRACE mean something else to a server in between; others nothing to anybody. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final List<String> READS = List.of("GET", "HEAD");

    private final Prefixes<Upstream> prefixes;
    private final OwnChallenge challenge;
    private final List<String> open;
    private final UpstreamCatalog catalog;
    private final HealthChecks checks;

    /**
     * @param catalog makes a list of repositories, where one cannot be taken as it comes
     * @param checks closed with this
     */
    Upstreams(
            Prefixes<Upstream> prefixes,
            OwnChallenge challenge,
            List<String> open,
            UpstreamCatalog catalog,
            HealthChecks checks) {
        this.prefixes = prefixes;
        this.challenge = challenge;
        this.open = List.copyOf(open);
        this.catalog = catalog;
        this.checks = checks;
    }

    /**
     * Connects to nothing yet, but begins to check what is configured to be checked.
     *
     * @param challenges for clients whom an upstream refuses
     * @param socketBuffer bytes of each kernel buffer of a connection
     * @throws IOException when a certificate or a key cannot be used
     */
    public static Upstreams open(UpstreamConfig config, ClientTrust trust, Challenges challenges, int socketBuffer)
            throws IOException {
        return new Opening(socketBuffer).open(config, trust, new OwnChallenge(challenges));
    }

    @Override
    public void handle(HttpServerExchange exchange, RegistryCall call) {
        boolean list = call.route() instanceof RegistryRoute.Catalog;
        // Of these two nothing but reading has a meaning, and nothing but that has been allowed.
        require(list || call.route() instanceof RegistryRoute.Ping ? READS : METHODS, exchange);
        if (list && !forwardsCatalog(call)) {
            catalog.handle(exchange, call);
            return;
        }
        Client client = new Client(exchange);
        Optional<Upstream> upstream = prefixes.at(name(call.route()));
        if (upstream.isPresent()) {
            forward(client, upstream.get(), errand(exchange, call, upstream.get()));
        } else if (call.route() instanceof RegistryRoute.Ping) {
            // Repositories are elsewhere, each at its own; whether a client may come in was decided here.
            Forwarding.pong(client);
        } else {
            throw new RegistryException(RegistryError.NAME_UNKNOWN, "no registry behind this gateway has that name");
        }
    }

    /** A user who may see all of an only upstream's repositories gets its own list, in its own order and pages. */
    private boolean forwardsCatalog(RegistryCall call) {
        return prefixes.prefixed().isEmpty() && call.rights().mayListAll();
    }

    private static void require(List<String> methods, HttpServerExchange exchange) {
        if (!methods.contains(exchange.getRequestMethod().toString())) {
            exchange.getResponseHeaders().put(Headers.ALLOW, String.join(", ", methods));
            throw new RegistryException(RegistryError.UNSUPPORTED, "method is not supported here");
        }
    }

    private void forward(Client client, Upstream upstream, Errand errand) {
        if (upstream.requests().loops(client.exchange())) {
            throw client.upstreamFailed("this gateway is its own upstream: upstream.url leads back to it");
        }
        new Forwarding(client, upstream, errand, challenge).start();
    }

    private Errand errand(HttpServerExchange exchange, RegistryCall call, Upstream upstream) {
        String query = exchange.getQueryString();
        Optional<RepositoryName> source = Optional.empty();
        Errand.Kind kind = Errand.Kind.ORDINARY;
        if (call.route() instanceof RegistryRoute.Uploads) {
            kind = Errand.Kind.UPLOADS;
            MountFilter.requireOneReading(query);
            source = source(call, upstream);
            if (source.isEmpty() && !mayComeFromAnywhere(call)) {
                query = MountFilter.without(query);
            }
        } else if (call.route() instanceof RegistryRoute.Upload || call.route() instanceof RegistryRoute.Other) {
            kind = Errand.Kind.UPLOAD;
        }
        return new Errand(exchange.getRequestURI(), query, TokenScope.of(call.route(), call.method(), source), kind);
    }

    /** What a mount may read: a repository that the user may pull, and that is at the same upstream. */
    private Optional<RepositoryName> source(RegistryCall call, Upstream upstream) {
        return call.query()
                .one("from")
                .filter(RepositoryName::isValid)
                .map(RepositoryName::parse)
                .filter(call.rights()::mayPull)
                .filter(name ->
                        prefixes.at(name.value()).filter(upstream::equals).isPresent());
    }

    /**
     * Whether an upstream may look for a mount's blob in all its repositories. With several upstreams some of these may be
     * out of reach for everybody, behind the prefix of another.
     */
    private boolean mayComeFromAnywhere(RegistryCall call) {
        return call.query().all("from").isEmpty()
                && prefixes.all().size() == 1
                && prefixes.standard().isPresent()
                && call.rights().mayPullAll();
    }

    private static String name(RegistryRoute route) {
        if (route instanceof RegistryRoute.Other other && RouteParser.owns(other.path())) {
            return other.path().substring("/v2/".length());
        }
        return route.repository().map(RepositoryName::value).orElse("");
    }

    /** What nobody needs to log in for: the pings, and what is configured. */
    public OpenPaths openPaths() {
        return new OpenUpstreamPaths(open, this::forwardOpen);
    }

    private void forwardOpen(HttpServerExchange exchange, boolean ping) {
        Client client = new Client(exchange);
        Optional<Upstream> upstream = prefixes.standard();
        if (upstream.isPresent()) {
            Errand.Kind kind = ping ? Errand.Kind.PING : Errand.Kind.ORDINARY;
            forward(
                    client,
                    upstream.get(),
                    new Errand(exchange.getRequestURI(), exchange.getQueryString(), List.of(), kind));
        } else if (ping) {
            Forwarding.pong(client);
        } else {
            throw new RegistryException(RegistryError.NOT_FOUND, "no upstream has paths of this kind");
        }
    }

    /** The numbers of each upstream, in no particular order; always the same upstreams. */
    public List<UpstreamFigures> figures() {
        return prefixes.all().stream().map(UpstreamFigures::new).toList();
    }

    /**
     * Looks whether a request can be answered, as far as is known; sends nothing.
     *
     * @throws IOException when no upstream can be reached, saying why; where one of several can, taking the whole gateway out
     *     of service would help nobody
     */
    public void check() throws IOException {
        List<Optional<String>> troubles = prefixes.all().stream()
                .map(upstream -> upstream.addresses().trouble())
                .toList();
        if (troubles.stream().allMatch(Optional::isPresent)) {
            throw new IOException(troubles.stream().flatMap(Optional::stream).collect(Collectors.joining("; ")));
        }
    }

    @Override
    public void close() {
        checks.close();
        prefixes.all().forEach(Upstream::close);
    }
}
