package io.wharfgate.upstream;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/**
 * Asks every address of one upstream whether it is well: any answer below 500 says so, a 401 too, and so no credentials
 * are sent. Each run sends one request to each address and waits for none of them. Thread-safe.
 */
final class HealthCheck implements Runnable {

    /** Bytes; a health path may well be a page for people. */
    private static final int LONGEST_ANSWER = 1 << 20;

    private static final int FIRST_UNWELL_STATUS = 500;

    private final Addresses addresses;
    private final Transport transport;
    private final UpstreamConfig.Health health;
    private final Optional<String> host;
    private final Set<Address> underWay = ConcurrentHashMap.newKeySet();

    /** @param host for Host, when it is not to be the address's own */
    HealthCheck(Addresses addresses, Transport transport, UpstreamConfig.Health health, Optional<String> host) {
        this.addresses = addresses;
        this.transport = transport;
        this.health = health;
        this.host = host;
    }

    UpstreamConfig.Health settings() {
        return health;
    }

    @Override
    public void run() {
        addresses.all().stream().filter(underWay::add).forEach(this::ask);
    }

    private void ask(Address address) {
        UpstreamRequest request = new UpstreamRequest(
                address.host(),
                "GET",
                address.basePath() + health.path(),
                List.of(
                        new BasicHeader(
                                HttpHeaders.HOST,
                                host.orElseGet(() -> address.host().toHostString())),
                        new BasicHeader(HttpHeaders.USER_AGENT, "Wharfgate health check")));
        try {
            transport
                    .fetch(request, Optional.empty(), LONGEST_ANSWER, health.timeout())
                    .whenComplete((answer, failure) -> judge(address, answer, failure));
        } catch (RuntimeException e) {
            judge(address, null, e);
        }
    }

    private void judge(Address address, Transport.@Nullable Fetched answer, @Nullable Throwable failure) {
        underWay.remove(address);
        if (answer == null) {
            addresses.checkFailed(address, failure == null ? "no answer" : FailureText.of(failure));
        } else if (answer.status() >= FIRST_UNWELL_STATUS) {
            addresses.checkFailed(address, "answers " + answer.status() + " to " + health.path());
        } else {
            addresses.checkPassed(address);
        }
    }
}
