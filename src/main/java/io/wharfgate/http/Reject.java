package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Sends an answer while the request's body is still on its way ("lingering close").
 *
 * <p>Writes and flushes the whole answer first. Then reads and drops a bounded part of the body, and gives the client a
 * bounded time to read the answer before the connection is closed: a close with unread data in the socket makes the
 * kernel send RST, which can take the answer away from the client. A client that waits for {@code 100 Continue} gets
 * the final status without it. A short body of known length is read to its end, and the connection lives on.
 *
 * <p>Undertow's own {@code endExchange()} would read the entire body, gigabytes of it, before it answers. Runs on the
 * connection's I/O thread only.
 */
final class Reject implements Runnable {

    /** As much of a refused body is read at the most, in bytes. */
    static final int DRAIN_LIMIT = 64 * 1024;

    /** How long the client may take to read the answer and stop sending, in milliseconds. */
    static final int LINGER_MILLIS = 1000;

    private final HttpServerExchange exchange;
    private final ByteBuffer answer;
    private final ByteBuffer scrap = ByteBuffer.allocate(8 * 1024);
    private int drained;
    private XnioExecutor.Key deadline = () -> false;

    Reject(HttpServerExchange exchange, byte[] body) {
        this.exchange = exchange;
        this.answer = ByteBuffer.wrap(body);
    }

    @Override
    public void run() {
        if (exchange.getResponseHeaders().contains(Headers.CONNECTION) || !restIsShort()) {
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        exchange.addExchangeCompleteListener((ended, next) -> {
            deadline.remove();
            next.proceed();
        });
        StreamSinkChannel sink = exchange.getResponseChannel();
        if (sink == null) {
            close();
            return;
        }
        // Also bounds a client that does not read: the answer is small, and a socket that cannot take it is stuck.
        deadline = exchange.getIoThread().executeAfter(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        write(sink);
    }

    private boolean restIsShort() {
        long length = exchange.getRequestContentLength();
        return length >= 0 && length <= DRAIN_LIMIT && !HttpContinue.requiresContinueResponse(exchange);
    }

    private void write(StreamSinkChannel sink) {
        try {
            while (answer.hasRemaining()) {
                if (sink.write(answer) == 0) {
                    awaitWritable(sink);
                    return;
                }
            }
            // Not shut down yet: on TLS that would end the reading side too, before the client has read the answer.
            if (!sink.flush()) {
                awaitWritable(sink);
                return;
            }
            sink.suspendWrites();
            drain(RequestContext.body(exchange), sink);
        } catch (IOException e) {
            close();
        }
    }

    private void awaitWritable(StreamSinkChannel sink) {
        sink.getWriteSetter().set(ready -> write(sink));
        sink.resumeWrites();
    }

    private void drain(StreamSourceChannel source, StreamSinkChannel sink) {
        try {
            while (drained <= DRAIN_LIMIT) {
                scrap.clear();
                int n = source.read(scrap);
                if (n == 0) {
                    source.getReadSetter().set(ready -> drain(source, sink));
                    source.resumeReads();
                    return;
                }
                if (n < 0) {
                    finish(sink);
                    return;
                }
                drained += n;
            }
            // More than is worth reading: TCP holds the client back until it hangs up or the time is over.
            source.suspendReads();
        } catch (IOException e) {
            close();
        }
    }

    /** The whole body has come after all: the exchange ends as any other. */
    private void finish(StreamSinkChannel sink) throws IOException {
        sink.shutdownWrites();
        if (!sink.flush()) {
            sink.getWriteSetter()
                    .set(ChannelListeners.flushingChannelListener(done -> done.suspendWrites(), (c, e) -> close()));
            sink.resumeWrites();
        }
    }

    private void close() {
        IoUtils.safeClose(exchange.getConnection());
    }
}
