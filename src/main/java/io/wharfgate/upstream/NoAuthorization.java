package io.wharfgate.upstream;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** For an upstream where this gateway has no login: requests go without Authorization, and a 401 is a 401. */
final class NoAuthorization implements UpstreamAuthorization {

    @Override
    public CompletionStage<Optional<String>> of(List<String> scopes) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Boolean> refused(List<String> scopes, Optional<String> value, List<String> challenges) {
        return CompletableFuture.completedStage(false);
    }
}
