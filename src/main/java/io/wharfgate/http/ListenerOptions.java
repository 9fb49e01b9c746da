package io.wharfgate.http;

import io.undertow.UndertowOptions;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;

/**
 * How a listener is set up, whoever has opened its socket: HTTP/1.1, no limit on bodies (handlers have their own), nothing
 * decoded, every silence bounded, kernel buffers bounded.
 *
 * <p>HTTP/2 stays off: Undertow 2.4 stalls uploads behind its connection window, and has no time limit for the TLS
 * handshake when HTTP/2 is on; docker, skopeo and podman speak HTTP/1.1 to registries anyway.
 */
final class ListenerOptions {

    /** Undertow's buffers; a TLS record's worth, so that what is sent in multiples of it leaves no stub records. */
    static final int IO_BUFFER_BYTES = 16 * 1024;

    private static final int BACKLOG = 1024;
    private static final int IDLE_MILLIS = 60_000;
    private static final int HEADER_MILLIS = 30_000;
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 100;

    private ListenerOptions() {}

    /** For what Undertow does with connections. */
    static OptionMap server() {
        return OptionMap.builder()
                .set(UndertowOptions.ENABLE_HTTP2, false)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_MILLIS)
                .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
                .set(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .getMap();
    }

    /** For the listening socket, and those of its connections. */
    static OptionMap socket(ServerConfig.Limits limits) {
        return OptionMap.builder()
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BACKLOG, BACKLOG)
                // Left to itself, the kernel grows them to megabytes each; a thousand slow clients then fill its TCP
                // memory, and everybody crawls.
                .set(Options.SEND_BUFFER, limits.socketBuffer())
                .set(Options.RECEIVE_BUFFER, limits.socketBuffer())
                .set(Options.CONNECTION_HIGH_WATER, limits.maxConnections())
                .set(Options.CONNECTION_LOW_WATER, limits.maxConnections())
                .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                .getMap();
    }

    /** For a listener's threads. */
    static OptionMap threads(String name, int ioThreads) {
        return OptionMap.builder()
                .set(Options.WORKER_NAME, name)
                .set(Options.WORKER_IO_THREADS, ioThreads)
                // Runs TLS handshake steps only: everything that waits has threads of its own.
                .set(Options.WORKER_TASK_CORE_THREADS, 2)
                .set(Options.WORKER_TASK_MAX_THREADS, 2)
                .set(Options.THREAD_DAEMON, true)
                .getMap();
    }
}
