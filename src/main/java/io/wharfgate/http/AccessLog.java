package io.wharfgate.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request when it is over, also when it ended badly. Holds no header of the client's but what is
 * named here: an Authorization header must never get into a log.
 */
public final class AccessLog implements ExchangeCompletionListener {

    /** The logger's name, by which operators turn it on and off. */
    public static final String LOGGER = "access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** nginx's status in logs for a client that left, or was cut, before its answer began. */
    private static final int CLIENT_LEFT = 499;

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        try {
            if (LOG.isInfoEnabled()) {
                RequestContext context = RequestContext.of(exchange);
                LOG.info(
                        "request_id={} client={} user={} method={} path={} status={} bytes={} duration_ms={}",
                        context.id(),
                        context.client().getHostAddress(),
                        context.user().map(Printable::of).orElse("-"),
                        Printable.of(exchange.getRequestMethod().toString()),
                        Printable.of(exchange.getRequestURI()),
                        exchange.isResponseStarted() ? exchange.getStatusCode() : CLIENT_LEFT,
                        exchange.getResponseBytesSent(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - context.startNanos()));
            }
        } finally {
            next.proceed();
        }
    }
}
