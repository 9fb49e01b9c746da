package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;

/**
 * What is known of a request beside what the client said. Made once by {@link RootHandler}; the user is filled in when
 * he is known. Belongs to one exchange, and so to one thread at a time.
 */
public final class RequestContext {

    private static final AttachmentKey<RequestContext> KEY = AttachmentKey.create(RequestContext.class);

    private final String id;
    private final InetAddress client;
    private final boolean peerTrusted;
    private final Duration stallTimeout;
    private final long startNanos = System.nanoTime();
    private volatile Optional<String> user = Optional.empty();
    private @Nullable StreamSourceChannel body;

    private RequestContext(String id, InetAddress client, boolean peerTrusted, Duration stallTimeout) {
        this.id = id;
        this.client = client;
        this.peerTrusted = peerTrusted;
        this.stallTimeout = stallTimeout;
    }

    static RequestContext open(HttpServerExchange exchange, String id, ClientAddress addresses, Duration stallTimeout) {
        RequestContext context =
                new RequestContext(id, addresses.of(exchange), addresses.trustsPeer(exchange), stallTimeout);
        exchange.putAttachment(KEY, context);
        return context;
    }

    /** The context of a request that came through {@link RootHandler}, as every one does. */
    public static RequestContext of(HttpServerExchange exchange) {
        return exchange.getAttachment(KEY);
    }

    /**
     * The request's body. Undertow hands it out only once; whoever refuses a body half way needs it again. On the I/O
     * thread only.
     */
    public static StreamSourceChannel body(HttpServerExchange exchange) throws IOException {
        RequestContext context = of(exchange);
        if (context.body == null) {
            context.body = exchange.getRequestChannel();
        }
        if (context.body == null) {
            throw new ClosedChannelException();
        }
        return context.body;
    }

    /** Names this request in the log and to the client ({@code X-Request-Id}). */
    public String id() {
        return id;
    }

    /** Who is at the other end: the peer, or whom a trusted proxy names. */
    public InetAddress client() {
        return client;
    }

    /** Whether the other end of the connection is a trusted proxy, whose {@code X-Forwarded-*} are believed. */
    public boolean peerTrusted() {
        return peerTrusted;
    }

    /** How long the client may leave its answer lying, or its request unfinished. */
    public Duration stallTimeout() {
        return stallTimeout;
    }

    /** When the request came, of {@link System#nanoTime()}. */
    public long startNanos() {
        return startNanos;
    }

    /** The user, once authenticated. */
    public Optional<String> user() {
        return user;
    }

    public void user(String name) {
        user = Optional.of(name);
    }
}
