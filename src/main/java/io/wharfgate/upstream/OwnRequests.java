package io.wharfgate.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * What the gateway asks one upstream on its own behalf, with its own credentials: an address that fails is followed by the
 * next one, and a 401 by a second try with renewed credentials. Thread-safe; never waits.
 */
final class OwnRequests {

    private static final int UNAUTHORIZED = 401;

    private final Addresses addresses;
    private final Transport transport;
    private final UpstreamAuthorization authorization;
    private final Optional<String> host;

    /** @param host for Host, when it is not to be the address's own */
    OwnRequests(Addresses addresses, Transport transport, UpstreamAuthorization authorization, Optional<String> host) {
        this.addresses = addresses;
        this.transport = transport;
        this.authorization = authorization;
        this.host = host;
    }

    /** What the configuration calls the upstream. */
    String upstream() {
        return addresses.upstream();
    }

    /**
     * A GET whose answer may have any status; fails when there was no answer from any address.
     *
     * @param target path from {@code /v2/} on, and query
     * @param scope as of {@link UpstreamAuthorization#of}
     * @param timeout for the answer of one address
     */
    CompletionStage<Transport.Fetched> get(String target, String scope, int mostBytes, Duration timeout) {
        return new Request(target, List.of(scope), mostBytes, timeout)
                .toNextAddress(new IllegalStateException("an upstream has an address"));
    }

    private final class Request {

        private final String target;
        private final List<String> scopes;
        private final int mostBytes;
        private final Duration timeout;
        private final Set<Address> tried = new HashSet<>();

        Request(String target, List<String> scopes, int mostBytes, Duration timeout) {
            this.target = target;
            this.scopes = scopes;
            this.mostBytes = mostBytes;
            this.timeout = timeout;
        }

        /** @param before why there is no answer yet */
        CompletionStage<Transport.Fetched> toNextAddress(Throwable before) {
            Optional<Address> next = addresses.next(tried);
            if (next.isEmpty()) {
                return CompletableFuture.failedFuture(before);
            }
            tried.add(next.get());
            return send(next.get(), false).exceptionallyCompose(this::toNextAddress);
        }

        private CompletionStage<Transport.Fetched> send(Address address, boolean renewed) {
            return authorization
                    .of(scopes)
                    .thenCompose(value -> transport
                            .fetch(request(address, value), Optional.empty(), mostBytes, timeout)
                            .thenCompose(answer -> renewed || answer.status() != UNAUTHORIZED
                                    ? CompletableFuture.completedFuture(answer)
                                    : again(address, value, answer)));
        }

        private CompletionStage<Transport.Fetched> again(
                Address address, Optional<String> value, Transport.Fetched answer) {
            List<String> challenges = answer.fields().stream()
                    .filter(field -> field.getName().equalsIgnoreCase(HttpHeaders.WWW_AUTHENTICATE))
                    .map(Header::getValue)
                    .toList();
            return authorization
                    .refused(scopes, value, challenges)
                    .thenCompose(worthIt -> worthIt ? send(address, true) : CompletableFuture.completedFuture(answer));
        }

        private UpstreamRequest request(Address address, Optional<String> value) {
            List<Header> fields = new ArrayList<>();
            fields.add(new BasicHeader(
                    HttpHeaders.HOST, host.orElseGet(() -> address.host().toHostString())));
            fields.add(new BasicHeader(HttpHeaders.ACCEPT, "application/json"));
            value.ifPresent(text -> fields.add(new BasicHeader(HttpHeaders.AUTHORIZATION, text, true)));
            return new UpstreamRequest(address.host(), "GET", address.basePath() + target, fields);
        }
    }
}
