package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.channels.StreamSinkChannel;

/**
 * Sends a whole answer while the request's body is still on its way, and ends as {@link Linger} does. A client that waits
 * for {@code 100 Continue} gets the final status without it. Runs on the connection's I/O thread only.
 */
final class Reject implements Runnable {

    private final HttpServerExchange exchange;
    private final ByteBuffer answer;

    Reject(HttpServerExchange exchange, byte[] body) {
        this.exchange = exchange;
        this.answer = ByteBuffer.wrap(body);
    }

    @Override
    public void run() {
        Linger linger = Linger.begin(exchange);
        StreamSinkChannel sink = exchange.getResponseChannel();
        if (sink == null) {
            linger.close();
            return;
        }
        // Also bounds a client that does not read: the answer is small, and a socket that cannot take it is stuck.
        linger.limitTime();
        write(sink, linger);
    }

    private void write(StreamSinkChannel sink, Linger linger) {
        try {
            while (answer.hasRemaining()) {
                if (sink.write(answer) == 0) {
                    sink.getWriteSetter().set(ready -> write(sink, linger));
                    sink.resumeWrites();
                    return;
                }
            }
            linger.flush(sink);
        } catch (IOException e) {
            linger.close();
        }
    }
}
