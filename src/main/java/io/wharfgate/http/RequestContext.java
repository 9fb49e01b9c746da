package io.wharfgate.http;

import io.undertow.conduits.BytesReceivedStreamSourceConduit;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;

/**
 * What is known of a request beside what the client said. Made once by {@link RootHandler}; the user is filled in when
 * he is known. Belongs to one exchange, and so to one thread at a time.
 */
public final class RequestContext {

    private static final AttachmentKey<RequestContext> KEY = AttachmentKey.create(RequestContext.class);

    private static final long NOT_YET = Long.MIN_VALUE;

    private final String id;
    private final InetAddress client;
    private final boolean peerTrusted;
    private final Duration stallTimeout;
    private final long startNanos = System.nanoTime();
    private final LongAdder received = new LongAdder();
    private volatile long firstByteNanos = NOT_YET;
    private volatile Optional<String> user = Optional.empty();
    private volatile Optional<About> about = Optional.empty();
    private volatile Optional<String> error = Optional.empty();
    private @Nullable StreamSourceChannel body;
    private volatile RequestKind kind = RequestKind.UNKNOWN;
    private volatile Optional<Cut> cut = Optional.empty();
    private final Progress progress = new Progress();

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
        if (!exchange.isRequestComplete()) {
            exchange.addRequestWrapper(
                    (factory, it) -> new BytesReceivedStreamSourceConduit(factory.create(), context.received::add));
        }
        exchange.addResponseCommitListener(committed -> context.firstByteNanos = System.nanoTime());
        return context;
    }

    /**
     * What the request was about, as far as anybody found out: for the access log.
     *
     * @param operation by the names of the audit log
     * @param from the repository that a mount named
     * @param reason why it was refused; for operators only
     */
    public record About(
            String operation,
            Optional<String> repository,
            Optional<String> tag,
            Optional<String> digest,
            Optional<String> from,
            Optional<String> reason) {}

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

    /** Bytes of the request's body that have arrived. */
    public long received() {
        return received.sum();
    }

    /** How long it took until the answer began; empty before that. */
    Optional<Duration> untilFirstByte() {
        OptionalLong nanos = untilFirstByteNanos();
        return nanos.isEmpty() ? Optional.empty() : Optional.of(Duration.ofNanos(nanos.getAsLong()));
    }

    /** The same in nanoseconds. */
    public OptionalLong untilFirstByteNanos() {
        long then = firstByteNanos;
        return then == NOT_YET ? OptionalLong.empty() : OptionalLong.of(then - startNanos);
    }

    /** What it is about, as far as is known, to be counted by. */
    public RequestKind kind() {
        return kind;
    }

    public void kind(RequestKind known) {
        kind = known;
    }

    /** Why its connection was cut, if it was, by this service. */
    public Optional<Cut> cut() {
        return cut;
    }

    /** Its connection is about to be cut. The first reason counts. */
    public void cut(Cut reason) {
        if (cut.isEmpty()) {
            cut = Optional.of(reason);
        }
    }

    Progress progress() {
        return progress;
    }

    /** Empty for what is no registry's request. */
    Optional<About> about() {
        return about;
    }

    public void about(About what) {
        about = Optional.of(what);
    }

    /** The code of the error that it was answered with. */
    Optional<String> error() {
        return error;
    }

    void error(String code) {
        error = Optional.of(code);
    }
}
