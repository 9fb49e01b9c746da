package io.wharfgate.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import org.xnio.IoUtils;

/**
 * Cuts a client that does not take its answer: one that asks for a large manifest and reads nothing would otherwise keep
 * its connection, and the manifest in memory, for ever. (Blobs have a watch of their own, in {@link BodySender}.)
 */
final class AnswerWatch implements ExchangeCompletionListener {

    private final HttpServerExchange exchange;
    private final StallWatch stallWatch;
    private long sent;

    /** To be made before the answer is sent. */
    AnswerWatch(HttpServerExchange exchange) {
        this.exchange = exchange;
        this.stallWatch = new StallWatch(
                exchange.getIoThread(), RequestContext.of(exchange).stallTimeout(), this::look);
        exchange.addExchangeCompleteListener(this);
    }

    /** The answer is given to the socket; most often it took all of it. */
    void start() {
        if (!exchange.isComplete()) {
            sent = exchange.getResponseBytesSent();
            stallWatch.start();
        }
    }

    @Override
    public void exchangeEvent(HttpServerExchange ended, NextListener next) {
        stallWatch.stop();
        next.proceed();
    }

    private void look() {
        long now = exchange.getResponseBytesSent();
        if (now == sent) {
            RequestContext.of(exchange).cut(Cut.STALLED);
            IoUtils.safeClose(exchange.getConnection());
        } else {
            sent = now;
            stallWatch.progress();
        }
    }
}
