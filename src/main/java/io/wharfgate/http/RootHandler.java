package io.wharfgate.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RouteParser;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where every request enters. Leaves Undertow's "call" before anything else happens: inside of it, resumed reads and
 * writes are only remembered, and a listener set by another thread may never fire. Gives the request its id and context,
 * refuses what no handler should see, and turns whatever a handler throws into an answer.
 */
public final class RootHandler implements HttpHandler {

    private static final HttpString REQUEST_ID = new HttpString("X-Request-Id");
    private static final HttpString API_VERSION = new HttpString("Docker-Distribution-Api-Version");

    private final ClientAddress clientAddress;
    private final RunningRequests running;
    private final Duration stallTimeout;
    private final AccessLog accessLog = new AccessLog();
    private final HttpHandler next;

    /** @param stallTimeout an answer of which the client takes nothing for that long is cut */
    public RootHandler(ClientAddress clientAddress, RunningRequests running, Duration stallTimeout, HttpHandler next) {
        this.clientAddress = clientAddress;
        this.running = running;
        this.stallTimeout = stallTimeout;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        // Undertow gives a request that was sent in advance (pipelined) to a thread for tasks, if the answer before it
        // ended on another thread than the I/O thread. Everything here relies on that one.
        Executor thread = exchange.isInIoThread() ? SameThreadExecutor.INSTANCE : exchange.getIoThread();
        exchange.dispatch(thread, (Runnable) () -> enter(exchange));
    }

    private void enter(HttpServerExchange exchange) {
        RequestGuard.toOriginForm(exchange);
        RequestContext context = RequestContext.open(exchange, newId(), clientAddress, stallTimeout);
        exchange.getResponseHeaders().put(REQUEST_ID, context.id());
        if (RouteParser.owns(exchange.getRequestURI())) {
            // On every answer there, errors and 401s included: docker takes a host without it for a v1 registry.
            exchange.getResponseHeaders().put(API_VERSION, "registry/2.0");
        }
        if (running.draining()) {
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        running.begin(exchange);
        exchange.addExchangeCompleteListener((ended, proceed) -> {
            running.end(exchange);
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
