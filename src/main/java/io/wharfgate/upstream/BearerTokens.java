package io.wharfgate.upstream;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.secret.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that this gateway holds for one upstream: fetched once for all who ask at the same time, kept, and renewed
 * shortly before they end. A refusal is kept too, for some seconds, so that a wrong password is not sent so often that the
 * account is locked. Thread-safe.
 */
final class BearerTokens {

    private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);

    /** Tokens are some KiB at most. */
    private static final int MOST_TOKENS = 1000;

    private static final int MOST_BYTES = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(5);
    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(30);

    private final Secret basic;
    private final Transport transport;
    private final LongSupplier nanoTime;
    private final Seldom complaints;
    private final Map<Key, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<Outcome>> eldest) {
            return size() > MOST_TOKENS;
        }
    };

    /** @param basic value of Authorization for token services */
    BearerTokens(Secret basic, Transport transport, LongSupplier nanoTime, Seldom complaints) {
        this.basic = basic;
        this.transport = transport;
        this.nanoTime = nanoTime;
        this.complaints = complaints;
    }

    private record Key(TokenService service, List<String> scopes) {}

    /**
     * What came of asking.
     *
     * @param token empty for a failure
     * @param renewAt of the clock: from then on somebody asks again
     * @param endsAt of the clock: from then on it is worth nothing
     */
    private record Outcome(Optional<Secret> token, long renewAt, long endsAt) {}

    /** A token; fails with a {@link RegistryException} when there is none to be had. */
    CompletionStage<Secret> of(TokenService service, List<String> scopes) {
        Key key = new Key(service, scopes);
        CompletableFuture<Outcome> flight = new CompletableFuture<>();
        Optional<Outcome> before;
        synchronized (outcomes) {
            CompletableFuture<Outcome> known = outcomes.get(key);
            if (known != null && (!known.isDone() || known.join().renewAt() - nanoTime.getAsLong() > 0)) {
                return known.thenApply(BearerTokens::tokenOf);
            }
            before = Optional.ofNullable(known).map(CompletableFuture::join);
            outcomes.put(key, flight);
        }
        // Also an exception thrown while asking must end the flight, or everybody waits for it for ever.
        CompletableFuture.completedStage(key)
                .thenCompose(this::fetch)
                .whenComplete((answer, failure) -> flight.complete(
                        failure == null && answer.isPresent() ? success(answer.get()) : failure(key, failure, before)));
        return flight.thenApply(BearerTokens::tokenOf);
    }

    /** Forgets a token that the upstream refused. */
    void drop(TokenService service, List<String> scopes, String token) {
        Key key = new Key(service, scopes);
        synchronized (outcomes) {
            CompletableFuture<Outcome> known = outcomes.get(key);
            if (known != null
                    && known.isDone()
                    && known.join().token().filter(Secret.of(token)::equals).isPresent()) {
                outcomes.remove(key);
            }
        }
    }

    private CompletionStage<Optional<TokenAnswer>> fetch(Key key) {
        UpstreamRequest request = new UpstreamRequest(
                key.service().host(),
                "GET",
                key.service().targetFor(key.scopes()),
                List.of(
                        new BasicHeader("Host", key.service().host().toHostString()),
                        new BasicHeader("Authorization", basic.reveal()),
                        new BasicHeader("Accept", "application/json"),
                        new BasicHeader("User-Agent", "wharfgate")));
        return transport.fetch(request, Optional.empty(), MOST_BYTES, TIMEOUT).thenApply(answer -> {
            Optional<TokenAnswer> token = answer.status() == 200 ? TokenAnswer.parse(answer.body()) : Optional.empty();
            if (token.isEmpty() && complaints.now("token")) {
                LOG.error(
                        "token service gave this gateway no token host={} status={} scopes={} hint=\"{}\"",
                        key.service().host(),
                        answer.status(),
                        key.scopes(),
                        hint(answer.status()));
            }
            return token;
        });
    }

    private static String hint(int status) {
        return switch (status) {
            case 200 -> "its answer holds no token";
            case 401, 403 -> "check the upstream's username and password, and what this user may do there";
            default -> "the service must answer 200";
        };
    }

    private Outcome success(TokenAnswer answer) {
        long now = nanoTime.getAsLong();
        Duration quarter = answer.lifetime().dividedBy(4);
        Duration margin = quarter.compareTo(LONGEST_MARGIN) < 0 ? quarter : LONGEST_MARGIN;
        long end = now + answer.lifetime().toNanos();
        return new Outcome(Optional.of(answer.token()), end - margin.toNanos(), end);
    }

    /** What to go on with for some seconds: a token that is good still, or the failure. */
    private Outcome failure(Key key, @Nullable Throwable failure, Optional<Outcome> before) {
        if (failure != null && complaints.now("token service")) {
            LOG.error(
                    "token service cannot be asked host={} reason={}",
                    key.service().host(),
                    FailureText.of(failure));
        }
        long now = nanoTime.getAsLong();
        long soon = now + FAILURE_KEPT.toNanos();
        return before.filter(old -> old.token().isPresent() && old.endsAt() - now > 0)
                .map(old -> new Outcome(old.token(), old.endsAt() - soon < 0 ? old.endsAt() : soon, old.endsAt()))
                .orElseGet(() -> new Outcome(Optional.empty(), soon, soon));
    }

    private static Secret tokenOf(Outcome outcome) {
        return outcome.token()
                .orElseThrow(() -> new RegistryException(
                        RegistryError.UPSTREAM_FAILED,
                        "this gateway got no token for the registry behind it; the gateway's log says why"));
    }
}
