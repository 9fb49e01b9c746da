package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.RequestContext;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.hc.core5.http.HttpHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of a request that is being forwarded: where steps run, and the errors that it is told. Belongs to one
 * exchange.
 */
record Client(HttpServerExchange exchange) {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    String requestId() {
        return RequestContext.of(exchange).id();
    }

    /** Runs the step on the exchange's I/O thread, unless the client has left; what it throws becomes the answer. */
    void later(Runnable step) {
        exchange.getIoThread().execute(() -> now(step));
    }

    private void now(Runnable step) {
        if (exchange.isComplete()) {
            return;
        }
        try {
            step.run();
        } catch (Throwable e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    /**
     * Goes on with what is fetched, at once if it is there already.
     *
     * @param failed what the client is told when it cannot be had; the log has the reason
     */
    <T> void await(CompletionStage<T> stage, String failed, Consumer<T> step) {
        if (stage.toCompletableFuture().isDone()) {
            stage.whenComplete((value, failure) -> now(() -> take(value, failure, failed, step)));
        } else {
            stage.whenComplete((value, failure) -> later(() -> take(value, failure, failed, step)));
        }
    }

    private <T> void take(
            T value, @org.jspecify.annotations.Nullable Throwable failure, String failed, Consumer<T> step) {
        if (failure == null) {
            step.accept(value);
            return;
        }
        if (FailureText.cause(failure) instanceof RegistryException told) {
            throw told.with("requestId", requestId());
        }
        LOG.warn("{} request_id={} reason=\"{}\"", failed, requestId(), FailureText.of(failure));
        throw upstreamFailed(failed);
    }

    /** The answer for a request that got none from the upstream. */
    RegistryException failed(Attempt.Failure failure, HttpHost host) {
        LOG.warn(
                "upstream failed request_id={} address={} kind={} reason=\"{}\"",
                requestId(),
                host.toURI(),
                failure.kind(),
                FailureText.of(failure.cause()));
        return switch (failure.kind()) {
            case CONNECT, BROKEN -> told(RegistryError.UPSTREAM_FAILED, Optional.empty());
            case CONNECT_TIMEOUT, READ_TIMEOUT -> told(RegistryError.UPSTREAM_TIMEOUT, Optional.empty());
            case POOL_EXHAUSTED ->
                unavailable("too many requests at once for the registry behind this gateway; try again");
        };
    }

    RegistryException unavailable(String message) {
        return told(RegistryError.UNAVAILABLE, Optional.of(message));
    }

    RegistryException upstreamFailed(String message) {
        return told(RegistryError.UPSTREAM_FAILED, Optional.of(message));
    }

    private RegistryException told(RegistryError error, Optional<String> message) {
        return new RegistryException(error, message.orElse(error.message())).with("requestId", requestId());
    }
}
