package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Collects a small body in memory, and refuses it as soon as it turns out to be too large. */
public final class WholeBody implements BodySink {

    /** What is done with the body, on a worker; it answers the request. */
    public interface Use {
        void accept(byte[] content) throws IOException;
    }

    private final HttpServerExchange exchange;
    private final int limit;
    private final RegistryError tooLarge;
    private final Use use;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream(4 * 1024);

    /**
     * @param limit most bytes that are taken
     * @throws RegistryException {@code tooLarge}, when the announced length is over the limit
     */
    public WholeBody(HttpServerExchange exchange, int limit, RegistryError tooLarge, Use use) {
        this.exchange = exchange;
        this.limit = limit;
        this.tooLarge = tooLarge;
        this.use = use;
        if (exchange.getRequestContentLength() > limit) {
            throw new RegistryException(tooLarge);
        }
    }

    @Override
    public void accept(ByteBuffer piece) {
        if (collected.size() + piece.remaining() > limit) {
            throw new RegistryException(tooLarge);
        }
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        collected.writeBytes(bytes);
    }

    @Override
    public void complete() throws IOException {
        use.accept(collected.toByteArray());
    }

    @Override
    public void failed(Throwable cause, boolean answerable) {
        if (answerable) {
            ErrorWriter.sendFailure(exchange, cause);
        }
    }
}
