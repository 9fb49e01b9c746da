package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {

    private static final UpstreamConfig.Health HEALTH =
            new UpstreamConfig.Health("/healthz?deep", Duration.ofMillis(1), Duration.ofSeconds(5), 3);

    private volatile CompletionStage<Transport.Fetched> answer = FakeFetches.answer(200, "{}");
    private final FakeFetches transport = new FakeFetches(request -> answer);
    private final Addresses addresses = addresses("http://a:5000/base", "http://b:5000");
    private final HealthCheck check = new HealthCheck(addresses, transport, HEALTH, Optional.empty());

    private static Addresses addresses(String... uris) {
        List<URI> list = Stream.of(uris).map(URI::create).toList();
        return new Addresses("team", list, HEALTH, Clock.systemUTC());
    }

    private void kill() {
        for (Address address : addresses.all()) {
            for (int i = 0; i < HEALTH.failures(); i++) {
                addresses.dead(address, "refused");
            }
        }
    }

    @Test
    void eachAddressIsAskedForThePathWithoutCredentials() {
        check.run();

        assertThat(transport.requests)
                .extracting(request -> request.method() + " " + request.address() + " " + request.target())
                .containsExactly("GET http://a:5000 /base/healthz?deep", "GET http://b:5000 /healthz?deep");
        assertThat(transport.requests)
                .extracting(request -> FakeFetches.field(request, "Host").orElse(""))
                .containsExactly("a:5000", "b:5000");
        assertThat(transport.requests)
                .allSatisfy(request ->
                        assertThat(FakeFetches.field(request, "Authorization")).isEmpty());
    }

    @Test
    void configuredHostIsSent() {
        new HealthCheck(addresses, transport, HEALTH, Optional.of("registry.example.com")).run();
        assertThat(transport.requests)
                .allSatisfy(request ->
                        assertThat(FakeFetches.field(request, "Host")).contains("registry.example.com"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 401, 404, 499})
    void anyAnswerBelow500BringsAnAddressBack(int status) {
        kill();
        answer = FakeFetches.answer(status, "");
        check.run();
        assertThat(addresses.trouble()).isEmpty();
    }

    @Test
    void serverErrorTakesAnAddressOut() {
        answer = FakeFetches.answer(503, "");
        check.run();
        assertThat(addresses.trouble())
                .hasValueSatisfying(
                        text -> assertThat(text).contains("http://a:5000/base (answers 503 to /healthz?deep)"));
    }

    @Test
    void failureTakesAnAddressOutWithItsReasonOnOneLine() {
        answer = FakeFetches.failure(new IOException("bad \"status\"\r\nline"));
        check.run();
        assertThat(addresses.trouble())
                .hasValueSatisfying(text -> assertThat(text).contains("(IOException: bad 'status' line)"));
    }

    @Test
    void healthyAddressBearsFailuresBelowTheLimit() {
        check.run();
        answer = FakeFetches.answer(500, "");
        check.run();
        check.run();
        assertThat(addresses.trouble()).isEmpty();
        check.run();
        assertThat(addresses.trouble()).isPresent();
    }

    @Test
    void addressThatHasNotAnsweredYetIsNotAskedAgain() {
        CompletableFuture<Transport.Fetched> slow = new CompletableFuture<>();
        answer = slow;
        check.run();
        check.run();
        assertThat(transport.requests).hasSize(2);

        slow.complete(new Transport.Fetched(200, List.of(), ""));
        check.run();
        assertThat(transport.requests).hasSize(4);
    }

    @Test
    void transportThatThrowsDoesNotEndTheChecks() {
        FakeFetches closed = new FakeFetches(request -> {
            throw new IllegalStateException("closed");
        });
        HealthCheck failing = new HealthCheck(addresses, closed, HEALTH, Optional.empty());
        failing.run();
        failing.run();
        assertThat(closed.requests).hasSize(4);
        assertThat(addresses.trouble()).isPresent();
    }

    @Test
    void checksRunAtOnceAndAgainUntilClosed() {
        HealthChecks checks = HealthChecks.start(List.of(check));
        try {
            await().until(() -> transport.requests.size() > 6);
            assertThat(threads()).hasSize(1).allMatch(Thread::isDaemon);
        } finally {
            checks.close();
        }
        await().until(() -> threads().isEmpty());
    }

    @Test
    void intervalOfZeroMeansNoChecks() {
        UpstreamConfig.Health none = new UpstreamConfig.Health("/", Duration.ZERO, Duration.ofSeconds(1), 1);
        FakeFetches unchecked = new FakeFetches(request -> answer);
        try (HealthChecks checks = HealthChecks.start(List.of(
                new HealthCheck(addresses, unchecked, none, Optional.empty()),
                new HealthCheck(addresses, transport, HEALTH, Optional.empty())))) {
            await().until(() -> transport.requests.size() > 6);
            assertThat(checks).isNotNull();
        }
        assertThat(unchecked.requests).isEmpty();
    }

    private static List<Thread> threads() {
        Set<Thread> all = Thread.getAllStackTraces().keySet();
        return all.stream()
                .filter(thread -> thread.getName().equals("upstream-health"))
                .toList();
    }
}
