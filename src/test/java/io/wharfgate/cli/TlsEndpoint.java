package io.wharfgate.cli;

import io.undertow.Undertow;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;

/** A server that only shakes hands. */
final class TlsEndpoint implements AutoCloseable {

    private final Undertow undertow;

    TlsEndpoint(SSLContext context) {
        undertow = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .addHttpsListener(0, "localhost", context, exchange -> {})
                .build();
        undertow.start();
    }

    int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
