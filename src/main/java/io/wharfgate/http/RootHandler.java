package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import io.wharfgate.oci.RegistryException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where every request enters. Leaves Undertow's "call" before anything else happens: inside of it, resumed reads and
 * writes are only remembered, and a listener set by another thread may never fire. Gives the request its id and context,
 * refuses what no handler should see, and turns whatever a handler throws into an answer.
 */
public final class RootHandler implements HttpHandler {

    private static final HttpString REQUEST_ID = new HttpString("X-Request-Id");

    private final ClientAddress clientAddress;
    private final RunningRequests running;
    private final AccessLog accessLog = new AccessLog();
    private final HttpHandler next;

    public RootHandler(ClientAddress clientAddress, RunningRequests running, HttpHandler next) {
        this.clientAddress = clientAddress;
        this.running = running;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, (Runnable) () -> enter(exchange));
    }

    private void enter(HttpServerExchange exchange) {
        RequestContext context = RequestContext.open(exchange, newId(), clientAddress.of(exchange));
        exchange.getResponseHeaders().put(REQUEST_ID, context.id());
        if (running.draining()) {
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        running.begin();
        exchange.addExchangeCompleteListener((ended, proceed) -> {
            running.end();
            accessLog.exchangeEvent(ended, proceed);
        });
        try {
            RequestGuard.check(exchange);
            next.handleRequest(exchange);
        } catch (RegistryException e) {
            ErrorWriter.send(exchange, e);
        } catch (Throwable e) {
            ErrorWriter.sendFailure(exchange, e);
        }
    }

    /** Unique enough to find one request in a log; not a secret. */
    private static String newId() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }
}
