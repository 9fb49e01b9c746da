package io.wharfgate.tls;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;

/** A real Undertow with the listener options that the service uses, on a port of its own. */
final class HttpsServer implements AutoCloseable {

    static final int MEBIBYTE = 1 << 20;

    private final Undertow undertow;

    private HttpsServer(Undertow undertow) {
        this.undertow = undertow;
    }

    static HttpsServer start(SSLContext context) {
        return start(context, 60_000);
    }

    static HttpsServer start(SSLContext context, int noRequestTimeoutMillis) {
        Undertow undertow = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(4)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, noRequestTimeoutMillis)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .addHttpsListener(0, "127.0.0.1", context, handler())
                .build();
        undertow.start();
        return new HttpsServer(undertow);
    }

    /** {@code GET /N} sends N MiB; a body sent is counted and its length answered. */
    private static HttpHandler handler() {
        return new BlockingHandler(exchange -> {
            if (exchange.getRequestMethod().toString().equals("GET")) {
                int mebibytes = Integer.parseInt(exchange.getRequestPath().substring(1));
                exchange.setResponseContentLength((long) mebibytes * MEBIBYTE);
                byte[] block = new byte[MEBIBYTE];
                OutputStream out = exchange.getOutputStream();
                for (int i = 0; i < mebibytes; i++) {
                    out.write(block);
                }
                out.close();
            } else {
                long length = exchange.getInputStream().transferTo(OutputStream.nullOutputStream());
                exchange.getOutputStream().write(Long.toString(length).getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
