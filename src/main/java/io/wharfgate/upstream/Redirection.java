package io.wharfgate.upstream;

import io.wharfgate.oci.RegistryException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A redirect of the upstream's to another host (object storage, mostly), followed here in the client's place. What the
 * other host is told is what the client wants to read, and nothing else: no credentials, no user, no rules of the
 * configuration, nothing about the client.
 *
 * @param hops redirects that were followed before this one
 */
record Redirection(Transport storage, String method, HttpHost host, String target, int hops) {

    private static final Logger LOG = LoggerFactory.getLogger(Redirection.class);
    private static final int MOST = 5;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final Set<String> PASSED_ON = Set.of(
            "accept", "range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since");

    /** The redirection that an answer is; empty when it is none that is followed, so that the client gets it. */
    static Optional<Redirection> of(UpstreamRequest request, int status, List<Header> fields, Transport storage) {
        return next(request, status, fields, storage, 0)
                .filter(found -> !found.host().equals(request.address()));
    }

    private static Optional<Redirection> next(
            UpstreamRequest request, int status, List<Header> fields, Transport storage, int hops) {
        if (!STATUSES.contains(status) || !READS.contains(request.method())) {
            return Optional.empty();
        }
        return fields.stream()
                .filter(field -> field.getName().equalsIgnoreCase(HttpHeaders.LOCATION))
                .findFirst()
                .flatMap(location -> resolve(request, location.getValue()))
                .map(uri -> new Redirection(storage, request.method(), hostOf(uri), targetOf(uri), hops));
    }

    private static Optional<URI> resolve(UpstreamRequest request, String location) {
        try {
            URI uri = new URI(request.address().toURI() + request.target()).resolve(new URI(location));
            String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
            boolean followed = uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"));
            return followed ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static HttpHost hostOf(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        String host = uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return new HttpHost(scheme, host, port);
    }

    private static String targetOf(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** On the exchange's I/O thread. */
    void follow(Client client, AnswerFields answers) {
        LOG.debug("following a redirect request_id={} host={}", client.requestId(), host);
        UpstreamRequest request = new UpstreamRequest(host, method, target, fields(client));
        storage.forward(client.exchange(), request, new Attempt() {
            @Override
            public Verdict answered(int status, List<Header> fields, boolean bodyBegun) {
                Optional<Redirection> next = next(request, status, fields, storage, hops + 1);
                if (next.isPresent() && hops + 1 < MOST) {
                    return new Verdict.Drop(() -> client.later(() -> next.get().follow(client, answers)));
                }
                if (next.isPresent() || status == 401) {
                    return new Verdict.Drop(() -> client.later(() -> {
                        throw client.upstreamFailed(
                                "what the registry behind this gateway redirects to cannot be read");
                    }));
                }
                return new Verdict.Relay(status, answers.of(status, fields, request));
            }

            @Override
            public void failed(Failure failure) {
                RegistryException told = client.failed(failure, host);
                client.later(() -> {
                    throw told;
                });
            }
        });
    }

    private List<Header> fields(Client client) {
        List<Header> fields = new ArrayList<>();
        fields.add(new BasicHeader(HttpHeaders.HOST, authority()));
        client.exchange().getRequestHeaders().forEach(values -> {
            String name = values.getHeaderName().toString();
            if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> fields.add(new BasicHeader(name, value)));
            }
        });
        return fields;
    }

    /** Without the scheme's own port: signed URLs are signed with the Host that everybody else sends. */
    private String authority() {
        boolean standard = host.getPort() == (host.getSchemeName().equals("https") ? 443 : 80);
        String name = host.getHostName().contains(":") ? "[" + host.getHostName() + "]" : host.getHostName();
        return standard ? name : name + ":" + host.getPort();
    }
}
