package io.wharfgate.upstream;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own login at an upstream, by Basic or by Bearer tokens, as the upstream asks: {@code GET /v2/} without
 * credentials tells. The answer is kept until a 401 shows that it no longer holds.
 *
 * <p>The token service is taken from that answer and not from the 401 of a forwarded request: registries build its URL
 * from the Host of the request, which is the client's.
 */
final class OwnCredentials implements UpstreamAuthorization {

    private static final Logger LOG = LoggerFactory.getLogger(OwnCredentials.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 * 1024;

    private final UpstreamConfig.Registry upstream;
    private final Supplier<Optional<HttpHost>> alive;
    private final Transport transport;
    private final TrustedRealms realms;
    private final Secret basic;
    private final BearerTokens tokens;
    private final WiderScopes wider = new WiderScopes();
    private final Seldom complaints;
    private final Object lock = new Object();
    private Optional<CompletableFuture<Scheme>> scheme = Optional.empty();

    /**
     * @param alive an address of the upstream to ask; empty when there is none
     * @param nanoTime a clock like {@link System#nanoTime()}
     */
    OwnCredentials(
            UpstreamConfig.Registry upstream,
            UpstreamConfig.Credentials credentials,
            Supplier<Optional<HttpHost>> alive,
            Transport transport,
            LongSupplier nanoTime) {
        this.upstream = upstream;
        this.alive = alive;
        this.transport = transport;
        this.complaints = new Seldom(nanoTime);
        this.realms = new TrustedRealms(upstream, credentials, complaints);
        String login = credentials.username() + ":" + credentials.password().reveal();
        this.basic = Secret.of("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        this.tokens = new BearerTokens(basic, transport, nanoTime, complaints);
    }

    /** What the upstream wants. */
    private sealed interface Scheme {

        /** It could not be asked, or its answer makes no sense: not kept. */
        record Unknown() implements Scheme {}

        record None() implements Scheme {}

        record Basic() implements Scheme {}

        record Bearer(TokenService service) implements Scheme {}
    }

    @Override
    public CompletionStage<Optional<String>> of(List<String> scopes) {
        return scheme().thenCompose(wanted -> {
            if (wanted instanceof Scheme.Bearer bearer) {
                return tokens.of(bearer.service(), wider.of(scopes))
                        .thenApply(token -> Optional.of("Bearer " + token.reveal()));
            }
            // An upstream that could not be asked is asked all the same: the request itself then finds out what is up.
            return CompletableFuture.completedStage(
                    wanted instanceof Scheme.Basic ? Optional.of(basic.reveal()) : Optional.empty());
        });
    }

    @Override
    public CompletionStage<Boolean> refused(List<String> scopes, Optional<String> value, List<String> challenges) {
        List<UpstreamChallenge> asked = UpstreamChallenge.parse(challenges);
        Optional<UpstreamChallenge> bearer =
                asked.stream().filter(UpstreamChallenge::isBearer).findFirst();
        Optional<CompletableFuture<Scheme>> known = current();
        Optional<Scheme> wanted = known.filter(CompletableFuture::isDone).map(CompletableFuture::join);
        String sent = value.orElse("");
        if (wanted.isPresent() && wanted.get() instanceof Scheme.Bearer held && sent.startsWith("Bearer ")) {
            tokens.drop(held.service(), wider.of(scopes), sent.substring("Bearer ".length()));
            if (bearer.isPresent() || asked.isEmpty()) {
                return CompletableFuture.completedStage(bearer.isEmpty() || mayHelp(scopes, bearer.get()));
            }
        } else if (wanted.isPresent() && wanted.get() instanceof Scheme.Basic && sent.equals(basic.reveal())) {
            if (asked.isEmpty() || asked.stream().anyMatch(UpstreamChallenge::isBasic)) {
                complain("refused", "the upstream refuses this gateway's login; check its username and password");
                return CompletableFuture.completedStage(false);
            }
        } else if (wanted.isPresent() && !(wanted.get() instanceof Scheme.None)) {
            // Another request has found out in the meantime.
            return CompletableFuture.completedStage(true);
        }
        known.filter(CompletableFuture::isDone).ifPresent(this::forget);
        return scheme().thenApply(found -> found instanceof Scheme.None ? adopt(asked) : found)
                .thenApply(found -> !(found instanceof Scheme.None) && !(found instanceof Scheme.Unknown));
    }

    /** A token that was refused may have ended early, or allow too little. */
    private boolean mayHelp(List<String> scopes, UpstreamChallenge challenge) {
        boolean learned = wider.learn(scopes, challenge.parameter("scope"));
        boolean tooLittle = challenge
                .parameter("error")
                .filter("insufficient_scope"::equals)
                .isPresent();
        if (tooLittle && !learned) {
            complain("scope", "the upstream's tokens for this gateway's user do not allow " + scopes);
        }
        return learned || !tooLittle;
    }

    /** An upstream whose ping is open to all, and which asks only now: it has to be believed about how. */
    private Scheme adopt(List<UpstreamChallenge> challenges) {
        Scheme found = chosen(challenges);
        if (!(found instanceof Scheme.None) && !(found instanceof Scheme.Unknown)) {
            synchronized (lock) {
                scheme = Optional.of(CompletableFuture.completedFuture(found));
            }
        }
        return found;
    }

    private CompletableFuture<Scheme> scheme() {
        CompletableFuture<Scheme> flight;
        synchronized (lock) {
            if (scheme.isPresent()) {
                return scheme.get();
            }
            flight = new CompletableFuture<>();
            scheme = Optional.of(flight);
        }
        // Also an exception thrown while asking must end the flight, or everybody waits for it for ever.
        CompletableFuture.completedStage(Boolean.TRUE).thenCompose(go -> ask()).whenComplete((found, failure) -> {
            if (failure != null) {
                complain("ping", "the upstream cannot be asked which login it wants: " + FailureText.of(failure));
            }
            if (failure != null || found instanceof Scheme.Unknown) {
                forget(flight);
            }
            flight.complete(failure == null ? found : new Scheme.Unknown());
        });
        return flight;
    }

    private CompletionStage<Scheme> ask() {
        Optional<HttpHost> address = alive.get();
        if (address.isEmpty()) {
            return CompletableFuture.completedStage(new Scheme.Unknown());
        }
        return transport
                .fetch(ping(address.get()), Optional.empty(), MOST_BYTES, TIMEOUT)
                .thenApply(answer -> {
                    if (answer.status() / 100 == 2) {
                        return new Scheme.None();
                    }
                    if (answer.status() != 401) {
                        complain("ping", "the upstream answers its ping with status " + answer.status());
                        return new Scheme.Unknown();
                    }
                    return chosen(UpstreamChallenge.parse(answer.fields().stream()
                            .filter(field -> field.getName().equalsIgnoreCase("WWW-Authenticate"))
                            .map(NameValuePair::getValue)
                            .toList()));
                });
    }

    private UpstreamRequest ping(HttpHost address) {
        String host = upstream.headers().host().orElseGet(address::toHostString);
        return new UpstreamRequest(
                address,
                "GET",
                AnswerFields.basePath(upstream) + "/v2/",
                List.of(new BasicHeader("Host", host), new BasicHeader("User-Agent", "wharfgate")));
    }

    /** Bearer goes before Basic, as with docker; but a password for the upstream itself goes before none at all. */
    private Scheme chosen(List<UpstreamChallenge> challenges) {
        Stream<Scheme> bearer = challenges.stream()
                .filter(UpstreamChallenge::isBearer)
                .flatMap(challenge -> realms.service(challenge).stream())
                .map(Scheme.Bearer::new);
        Stream<Scheme> plain =
                challenges.stream().filter(UpstreamChallenge::isBasic).map(challenge -> new Scheme.Basic());
        return Stream.concat(bearer, plain).findFirst().orElseGet(() -> {
            complain("scheme", "the upstream wants no login that this gateway may give: it gives Basic and Bearer");
            return new Scheme.Unknown();
        });
    }

    private Optional<CompletableFuture<Scheme>> current() {
        synchronized (lock) {
            return scheme;
        }
    }

    private void forget(CompletableFuture<Scheme> old) {
        synchronized (lock) {
            if (scheme.isPresent() && scheme.get() == old) {
                scheme = Optional.empty();
            }
        }
    }

    private void complain(String kind, String what) {
        if (complaints.now(kind)) {
            LOG.error("login at the upstream fails reason=\"{}\"", what);
        }
    }
}
