package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnRequestsTest {

    private static Addresses addresses(String... uris) {
        return new Addresses(
                "default",
                Stream.of(uris).map(URI::create).toList(),
                new UpstreamConfig.Health("/v2/", Duration.ZERO, Duration.ofSeconds(1), 3),
                Clock.systemUTC());
    }

    private static Transport.Fetched get(Addresses addresses, FakeFetches transport, FakeAuthorization authorization) {
        return new OwnRequests(addresses, transport, authorization, Optional.empty())
                .get("/v2/_catalog?n=1", "some:scope", 1000, Duration.ofSeconds(1))
                .toCompletableFuture()
                .join();
    }

    @Test
    void targetAndCredentialsAreSent() {
        FakeFetches transport = new FakeFetches(request -> FakeFetches.answer(200, "x"));

        assertThat(get(addresses("http://a:1/base"), transport, new FakeAuthorization(0))
                        .body())
                .isEqualTo("x");

        UpstreamRequest request = transport.requests.remove();
        assertThat(request.target()).isEqualTo("/base/v2/_catalog?n=1");
        assertThat(FakeFetches.field(request, "Host")).contains("a:1");
        assertThat(FakeFetches.field(request, "Authorization")).contains("some:scope token-1");
        assertThat(request.fields())
                .filteredOn(field -> field.getName().equals("Authorization"))
                .allMatch(field -> field.isSensitive());
    }

    @Test
    void addressThatFailsIsFollowedByTheNextOne() {
        FakeFetches transport =
                new FakeFetches(request -> request.address().getHostName().equals("a")
                        ? FakeFetches.failure(new ConnectException("refused"))
                        : FakeFetches.answer(200, "b"));
        assertThat(get(addresses("http://a", "http://b"), transport, new FakeAuthorization(0))
                        .body())
                .isEqualTo("b");
    }

    @Test
    void whenAllAddressesFailTheLastReasonIsGiven() {
        FakeFetches transport = new FakeFetches(request -> FakeFetches.failure(
                new ConnectException("refused by " + request.address().getHostName())));
        Addresses addresses = addresses("http://a", "http://b");
        assertThatThrownBy(() -> get(addresses, transport, new FakeAuthorization(0)))
                .rootCause()
                .hasMessage("refused by b");
        assertThat(transport.requests).hasSize(2);
    }

    @Test
    void refusedCredentialsAreRenewedOnce() {
        FakeFetches transport = new FakeFetches(request ->
                FakeFetches.field(request, "Authorization").orElse("").endsWith("token-2")
                        ? FakeFetches.answer(200, "in")
                        : FakeFetches.answer(401, "", "WWW-Authenticate", "Bearer realm=\"x\""));
        FakeAuthorization authorization = new FakeAuthorization(5);

        assertThat(get(addresses("http://a"), transport, authorization).body()).isEqualTo("in");
        assertThat(authorization.refusals).isEqualTo(List.of("some:scope token-1 [Bearer realm=\"x\"]"));
    }

    @Test
    void refusalThatStaysIsTheAnswer() {
        FakeFetches transport = new FakeFetches(request -> FakeFetches.answer(401, ""));
        assertThat(get(addresses("http://a"), transport, new FakeAuthorization(5))
                        .status())
                .isEqualTo(401);
        assertThat(transport.requests).hasSize(2);
        assertThat(get(addresses("http://a"), transport, new FakeAuthorization(0))
                        .status())
                .isEqualTo(401);
        assertThat(transport.requests).hasSize(3);
    }
}
