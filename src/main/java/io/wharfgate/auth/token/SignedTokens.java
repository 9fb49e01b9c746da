package io.wharfgate.auth.token;

import io.wharfgate.auth.token.TokenFormat.Outcome;
import io.wharfgate.secret.Secret;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Signs with the keys of now, and verifies with them. Thread-safe; waits for nothing. */
final class SignedTokens {

    private final TokenFormat format;
    private final TokenKeys keys;
    private final Clock clock;

    SignedTokens(String service, TokenKeys keys, Clock clock) {
        this.format = new TokenFormat(service);
        this.keys = keys;
        this.clock = clock;
    }

    /** The time, to the second, as tokens have it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    KeySet keys() {
        return keys.current();
    }

    Secret sign(TokenKind kind, TokenClaims claims) {
        return Secret.of(format.sign(kind, claims, keys.current().signer(clock.instant())));
    }

    boolean expired(TokenClaims claims) {
        return TokenFormat.expired(claims, clock.instant());
    }

    /** Where the key is not known, with the keys after one more look at their file. */
    CompletionStage<Outcome> verify(TokenKind kind, String token) {
        Outcome outcome = format.verify(kind, token, keys.current(), clock.instant());
        return outcome instanceof Outcome.UnknownKey
                ? keys.lookAgain().thenApply(newer -> format.verify(kind, token, newer, clock.instant()))
                : CompletableFuture.completedStage(outcome);
    }
}
