package io.wharfgate.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each request when it is over, also when it ended badly; docs/logs.md has the fields, keep the two in step. Holds no
 * header of the client's but what is named here, and of a query only what is known to be harmless: an Authorization header, a
 * password or a token must never get into a log.
 */
public final class AccessLog implements ExchangeCompletionListener {

    /** The logger's name, by which the configuration turns it on and off. */
    public static final String LOGGER = "access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** nginx's status in logs for a client that left, or was cut, before its answer began. */
    private static final int CLIENT_LEFT = 499;

    /** Parameters of the specification. Others may be anything: a token, the state of an upload at an upstream. */
    private static final Set<String> SHOWN = Set.of("digest", "from", "last", "mount", "n", "tag");

    private static final int LONGEST = 512;

    /** From here on an answer tells of trouble. */
    private static final int BAD = 400;

    /** Whether lines are written at all; may change while the service runs. */
    public static boolean wanted() {
        return LOG.isInfoEnabled();
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        try {
            if (wanted()) {
                write(exchange, RequestContext.of(exchange));
            }
        } finally {
            next.proceed();
        }
    }

    private static void write(HttpServerExchange exchange, RequestContext context) {
        Optional<RequestContext.About> about = context.about();
        Line line = new Line(routine(exchange, context) ? LOG.atDebug() : LOG.atInfo());
        line.always("request_id", context.id());
        line.always("client", context.client().getHostAddress());
        line.always("user", context.user().map(AccessLog::cut).orElse(null));
        line.always("method", cut(exchange.getRequestMethod().toString()));
        line.always("path", cut(exchange.getRequestURI()));
        line.known("query", query(exchange.getQueryString()));
        line.known("operation", about.map(RequestContext.About::operation));
        line.known("repository", about.flatMap(RequestContext.About::repository));
        line.known("tag", about.flatMap(RequestContext.About::tag));
        line.known("digest", about.flatMap(RequestContext.About::digest));
        line.known("from", about.flatMap(RequestContext.About::from));
        line.always("status", exchange.isResponseStarted() ? exchange.getStatusCode() : CLIENT_LEFT);
        line.known("error", context.error());
        line.known("reason", about.flatMap(RequestContext.About::reason));
        line.always("bytes_received", context.received());
        line.always("bytes_sent", exchange.getResponseBytesSent());
        line.known("first_byte_ms", context.untilFirstByte().map(Duration::toMillis));
        line.always("duration_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - context.startNanos()));
        line.known(
                "user_agent",
                Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.USER_AGENT))
                        .map(AccessLog::cut));
        line.event.log("request");
    }

    /** Probes and scrapes come every few seconds for years: those that went well are nobody's news. */
    private static boolean routine(HttpServerExchange exchange, RequestContext context) {
        return context.kind() == RequestKind.OPERATIONS
                && exchange.isResponseStarted()
                && exchange.getStatusCode() < BAD;
    }

    private static Optional<String> query(String query) {
        if (query.isEmpty()) {
            return Optional.empty();
        }
        String shown = Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.indexOf('=') > 0 && SHOWN.contains(pair.substring(0, pair.indexOf('='))))
                .collect(Collectors.joining("&"));
        return shown.isEmpty() ? Optional.empty() : Optional.of(cut(shown));
    }

    /** Whoever writes the line makes it one line; here it is kept from being a long one. */
    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** A line that grows. */
    private record Line(LoggingEventBuilder event) {

        void always(String key, @Nullable Object value) {
            LoggingEventBuilder unused = event.addKeyValue(key, value);
        }

        void known(String key, Optional<?> value) {
            value.ifPresent(it -> always(key, it));
        }
    }
}
