package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;

/**
 * How request and blob bodies flow, for all transfers of one server: through a bounded set of buffers, on a bounded set
 * of workers, and without a thread for a client that is slow. Safe for use by any thread.
 */
public final class Bodies {

    private final TransferBuffers buffers;
    private final Workers workers;

    /** @param workers run what waits for disks */
    public Bodies(TransferBuffers buffers, Workers workers) {
        this.buffers = buffers;
        this.workers = workers;
    }

    /**
     * Reads the request's body into the sink; sends {@code 100 Continue} first where the client waits for it. Returns at
     * once, and may be called from any thread that owns the exchange. The sink answers the request.
     */
    public void receive(HttpServerExchange exchange, BodySink sink) {
        exchange.dispatch(exchange.getIoThread(), () -> {
            try {
                new BodyReceiver(exchange, RequestContext.body(exchange), sink, this).start();
            } catch (IOException e) {
                workers.execute(() -> sink.failed(e, false));
            }
        });
    }

    /**
     * Sends {@code length} bytes of the source from {@code position} on as the answer's body. Status and headers are set
     * already, Content-Length among them, and the request's body is read. Returns at once; closes the source when the
     * last byte is out or the client is gone.
     */
    public void send(HttpServerExchange exchange, BodySource source, long position, long length) {
        workers.execute(new BodySender(exchange, source, position, length, this));
    }

    TransferBuffers buffers() {
        return buffers;
    }

    /** Whether another transfer, or any other task for the workers, would have a turn if this one gave its own back. */
    boolean othersWait() {
        return buffers.areAwaited() || workers.areAwaited();
    }

    Workers workers() {
        return workers;
    }
}
