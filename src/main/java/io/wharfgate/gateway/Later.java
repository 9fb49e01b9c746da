package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.http.ErrorWriter;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Goes on with a request when what it waits for is there, without a thread that waits. */
final class Later {

    private Later() {}

    /**
     * Goes on at once if there is nothing to wait for, else on the connection's I/O thread. What is thrown there becomes the
     * answer.
     */
    static <T> void on(HttpServerExchange exchange, CompletionStage<T> stage, Consumer<T> next) {
        if (stage.toCompletableFuture().isDone()) {
            next.accept(stage.toCompletableFuture().join());
            return;
        }
        var unused =
                stage.whenComplete((value, failure) -> exchange.getIoThread().execute(() -> {
                    try {
                        if (failure != null) {
                            throw failure;
                        }
                        next.accept(value);
                    } catch (Throwable e) {
                        ErrorWriter.sendFailure(exchange, e);
                    }
                }));
    }
}
