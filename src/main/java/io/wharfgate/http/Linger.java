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
 * The end of an answer that was sent while the request's body is still on its way ("lingering close").
 *
 * <p>First the whole answer is flushed. Then a bounded part of the body is read and dropped, and the client gets a bounded
 * time to read the answer before the connection is closed: a close with unread data in the socket makes the kernel send
 * RST, which can take the answer away from the client. A short body of known length is read to its end, and the
 * connection lives on.
 *
 * <p>Undertow's own {@code endExchange()} would read the entire body, gigabytes of it, before it answers. Used on the
 * connection's I/O thread only.
 */
public final class Linger {

    /** As much of a refused body is read at the most, in bytes. */
    static final int DRAIN_LIMIT = 64 * 1024;

    /** How long the client may take to read the answer and stop sending, in milliseconds. */
    static final int LINGER_MILLIS = 1000;

    private final HttpServerExchange exchange;
    private final ByteBuffer scrap = ByteBuffer.allocate(8 * 1024);
    private int drained;
    private XnioExecutor.Key deadline = () -> false;

    private Linger(HttpServerExchange exchange) {
        this.exchange = exchange;
    }

    /** Begins, before the first byte of the answer: says {@code Connection: close} in it unless the body's rest is short. */
    public static Linger begin(HttpServerExchange exchange) {
        if (exchange.getResponseHeaders().contains(Headers.CONNECTION) || !restIsShort(exchange)) {
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        Linger linger = new Linger(exchange);
        exchange.addExchangeCompleteListener((ended, next) -> {
            linger.deadline.remove();
            next.proceed();
        });
        return linger;
    }

    private static boolean restIsShort(HttpServerExchange exchange) {
        long length = exchange.getRequestContentLength();
        return length >= 0 && length <= DRAIN_LIMIT && !HttpContinue.requiresContinueResponse(exchange);
    }

    /** From now on the client has {@link #LINGER_MILLIS} until its connection is closed. */
    void limitTime() {
        deadline = IoTimer.after(exchange.getIoThread(), this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The whole answer has been written to the sink, which is not shut down: flushes it, and ends the exchange. */
    public void end(StreamSinkChannel sink) {
        limitTime();
        flush(sink);
    }

    /** As {@link #end}, the time being limited already. */
    void flush(StreamSinkChannel sink) {
        try {
            // Not shut down yet: on TLS that would end the reading side too, before the client has read the answer.
            if (!sink.flush()) {
                sink.getWriteSetter().set(ready -> flush(sink));
                sink.resumeWrites();
                return;
            }
            sink.suspendWrites();
            drain(RequestContext.body(exchange), sink);
        } catch (IOException e) {
            close();
        }
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

    void close() {
        IoUtils.safeClose(exchange.getConnection());
    }
}
