package io.wharfgate.upstream;

import io.wharfgate.http.Answer;
import io.wharfgate.oci.RegistryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's way to its upstream: an address, the gateway's credentials, further attempts, and an answer when there is
 * none. Every step runs on the exchange's I/O thread or in the call of its one attempt, so never two at once.
 *
 * <p>Another attempt is made only as long as nothing of the body has been read: at the next address when there was no
 * connection, once when a connection broke (the upstream may just have closed it for being idle), and once with new
 * credentials when the upstream refused the old ones.
 */
final class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final int UNAUTHORIZED = 401;
    private static final int CREATED = 201;

    /** What servers say that live and do not know {@code /_ping}. */
    private static final Set<Integer> NO_PING = Set.of(UNAUTHORIZED, 404, 405);

    private final Client client;
    private final Upstream upstream;
    private final Errand errand;
    private final OwnChallenge challenge;
    private final Set<Address> tried = new HashSet<>();

    /** Whether it is about an upload session, which is at one address and nowhere else. */
    private boolean bound;

    private boolean triedAgain;
    private boolean renewed;

    Forwarding(Client client, Upstream upstream, Errand errand, OwnChallenge challenge) {
        this.client = client;
        this.upstream = upstream;
        this.errand = errand;
        this.challenge = challenge;
    }

    /** On the exchange's I/O thread. */
    void start() {
        UploadMark.Found found = upstream.mark().in(errand.query());
        bound = found.address().isPresent();
        Optional<Address> first = found.address().or(() -> upstream.addresses().next(tried));
        Address address = first.orElseThrow(() -> new IllegalStateException("an upstream without addresses"));
        attempt(address, found.query());
    }

    private void attempt(Address address, String query) {
        tried.add(address);
        CompletionStage<Optional<String>> value = upstream.authorization()
                .map(own -> own.of(errand.scopes()))
                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty()));
        client.await(value, "this gateway could not log in at the registry behind it", authorization -> {
            List<Header> fields = new ArrayList<>(upstream.requests().of(client.exchange(), address.host()));
            authorization.ifPresent(own -> fields.add(new BasicHeader(HttpHeaders.AUTHORIZATION, own)));
            UpstreamRequest request = new UpstreamRequest(
                    address.host(),
                    client.exchange().getRequestMethod().toString(),
                    errand.target(address.basePath(), query),
                    errand.kind() == Errand.Kind.UPLOADS ? MountFilter.withoutForm(fields) : fields);
            upstream.connections()
                    .registry()
                    .forward(client.exchange(), request, new Try(address, query, request, authorization));
        });
    }

    /** One attempt at one address. */
    private final class Try implements Attempt {

        private final Address address;
        private final String query;
        private final UpstreamRequest request;
        private final Optional<String> authorization;

        Try(Address address, String query, UpstreamRequest request, Optional<String> authorization) {
            this.address = address;
            this.query = query;
            this.request = request;
            this.authorization = authorization;
        }

        @Override
        public Verdict answered(int status, List<Header> fields, boolean bodyBegun) {
            upstream.addresses().alive(address);
            upstream.counts().count(UpstreamResult.of(status));
            LOG.debug("upstream answered request_id={} address={} status={}", client.requestId(), address, status);
            if (errand.kind() == Errand.Kind.PING && NO_PING.contains(status)) {
                return new Verdict.Drop(() -> client.later(() -> pong(client)));
            }
            if (status == UNAUTHORIZED && upstream.authorization().isPresent()) {
                return new Verdict.Drop(() ->
                        client.later(() -> refused(upstream.authorization().get(), fields, bodyBegun)));
            }
            Optional<Redirection> redirection = upstream.connections()
                    .storage()
                    .flatMap(storage -> Redirection.of(request, status, fields, storage));
            if (redirection.isPresent()) {
                return new Verdict.Drop(
                        () -> client.later(() -> redirection.get().follow(client, upstream.answers())));
            }
            return relay(status, fields);
        }

        private Verdict relay(int status, List<Header> fields) {
            List<Header> told = upstream.answers().of(status, fields, request);
            if (status == UNAUTHORIZED) {
                told = challenge.onto(told, address, client.exchange());
            } else if (status != CREATED && errand.mayBeUpload()) {
                told = marked(told);
            }
            return new Verdict.Relay(status, told);
        }

        private List<Header> marked(List<Header> fields) {
            return fields.stream()
                    .map(field -> field.getName().equalsIgnoreCase(HttpHeaders.LOCATION)
                            ? new BasicHeader(field.getName(), upstream.mark().onto(field.getValue(), address))
                            : field)
                    .toList();
        }

        private void refused(UpstreamAuthorization own, List<Header> fields, boolean bodyBegun) {
            List<String> challenges = fields.stream()
                    .filter(field -> field.getName().equalsIgnoreCase(HttpHeaders.WWW_AUTHENTICATE))
                    .map(Header::getValue)
                    .toList();
            String message = "the registry behind this gateway refused the gateway's credentials";
            boolean last = renewed || bodyBegun;
            renewed = true;
            client.await(own.refused(errand.scopes(), authorization, challenges), message, again -> {
                if (!last && again) {
                    upstream.counts().count(Retry.CREDENTIALS);
                    attempt(address, query);
                    return;
                }
                LOG.warn(
                        "upstream refused this gateway's credentials request_id={} address={}",
                        client.requestId(),
                        address);
                throw client.upstreamFailed(message);
            });
        }

        @Override
        public void failed(Failure failure) {
            upstream.counts().count(UpstreamResult.of(failure.kind()));
            client.later(() -> goOn(failure));
        }

        private void goOn(Failure failure) {
            Failure.Kind kind = failure.kind();
            if (kind == Failure.Kind.BROKEN && failure.pooled() && !failure.bodyBegun() && !triedAgain) {
                LOG.debug("idle connection was closed; trying once more request_id={}", client.requestId());
                triedAgain = true;
                upstream.counts().count(Retry.IDLE_CONNECTION);
                attempt(address, query);
                return;
            }
            RegistryException told = client.failed(failure, address.host());
            boolean unconnected = kind == Failure.Kind.CONNECT || kind == Failure.Kind.CONNECT_TIMEOUT;
            if (unconnected || kind == Failure.Kind.BROKEN) {
                upstream.addresses().dead(address, FailureText.of(failure.cause()));
            }
            Optional<Address> other = unconnected && !failure.bodyBegun() && !bound
                    ? upstream.addresses().next(tried)
                    : Optional.empty();
            Address next = other.orElseThrow(() -> told);
            upstream.counts().count(Retry.OTHER_ADDRESS);
            attempt(next, query);
        }
    }

    /** The answer to a ping in the upstream's stead. */
    static void pong(Client client) {
        Answer.status(200).json(Map.of()).send(client.exchange());
    }
}
