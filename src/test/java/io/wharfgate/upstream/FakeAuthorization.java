package io.wharfgate.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives {@code token-1}, and a new one after each refusal, as often as allowed. */
final class FakeAuthorization implements UpstreamAuthorization {

    final List<String> refusals = new ArrayList<>();
    private final int renewals;
    private int token = 1;

    FakeAuthorization(int renewals) {
        this.renewals = renewals;
    }

    @Override
    public synchronized CompletionStage<Optional<String>> of(List<String> scopes) {
        return CompletableFuture.completedFuture(Optional.of(String.join(" ", scopes) + " token-" + token));
    }

    @Override
    public synchronized CompletionStage<Boolean> refused(
            List<String> scopes, Optional<String> value, List<String> challenges) {
        refusals.add(value.orElse("") + " " + challenges);
        token++;
        return CompletableFuture.completedFuture(token <= renewals + 1);
    }
}
