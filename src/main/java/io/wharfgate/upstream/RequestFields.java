package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Protocols;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestOrigin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * Makes the header fields of a forwarded request from those of the client: everything but Authorization, Content-Length
 * and Transfer-Encoding, which others add. Immutable, and safe for use by any thread that owns the exchange.
 */
final class RequestFields {

    /** What the gateway says itself, or nobody says: of a client these never pass. */
    private static final Set<String> NEVER_THE_CLIENTS = Set.of(
            "host",
            "content-length",
            "authorization",
            "x-request-id",
            "x-real-ip",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "forwarded",
            // Servers and frameworks that obey these would do something else than what was allowed here.
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url",
            // CGI makes HTTP_PROXY of it, which HTTP clients obey ("httpoxy").
            "proxy");

    private static final String FORWARDED_PREFIX = "x-forwarded-";
    private static final Set<String> FIXED = Set.of("host", "authorization", "via", "x-request-id");

    private final Optional<String> host;
    private final Optional<String> userField;
    private final String via;
    private final Set<String> dropped;
    private final HeaderRules rules;

    /** @param via the name of this process in {@code Via}, and of no other: by it a loop is known */
    RequestFields(UpstreamConfig.Headers settings, String via) {
        this.host = settings.host();
        this.userField = settings.user();
        this.via = via;
        this.rules = new HeaderRules(settings.request(), FIXED);
        Set<String> names = new HashSet<>(NEVER_THE_CLIENTS);
        userField.ifPresent(name -> names.add(FieldSyntax.key(name)));
        this.dropped = Set.copyOf(names);
    }

    /** The fields of the client's request as the server at {@code address} gets them. */
    List<Header> of(HttpServerExchange exchange, HttpHost address) {
        RequestContext context = RequestContext.of(exchange);
        List<Header> fields = new ArrayList<>();
        String sentHost = host.or(() -> RequestOrigin.sentHost(exchange)).orElseGet(address::toHostString);
        fields.add(new BasicHeader("Host", sentHost));
        addClients(exchange.getRequestHeaders(), context.peerTrusted(), fields);
        fields.addAll(ForwardedFields.of(exchange));
        fields.add(new BasicHeader("Via", version(exchange) + " " + via));
        fields.add(new BasicHeader("X-Request-Id", context.id()));
        userField.ifPresent(name -> context.user().ifPresent(user -> fields.add(new BasicHeader(name, visible(user)))));
        return rules.apply(fields);
    }

    /** Whether the request has been through this gateway before: the upstream, or one behind it, is this gateway. */
    boolean loops(HttpServerExchange exchange) {
        return values(exchange.getRequestHeaders(), "Via")
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(hop -> {
                    String[] words = hop.strip().split("\\s+", -1);
                    return words.length > 1 && words[1].equalsIgnoreCase(via);
                });
    }

    private void addClients(HeaderMap headers, boolean peerTrusted, List<Header> fields) {
        HopByHop hopByHop = HopByHop.of(values(headers, "Connection"));
        for (HeaderValues values : headers) {
            String key = FieldSyntax.key(values.getHeaderName().toString());
            boolean forged = key.startsWith(FORWARDED_PREFIX) && !peerTrusted;
            if (forged || dropped.contains(key) || hopByHop.includes(key)) {
                continue;
            }
            for (String value : values) {
                Header field = new BasicHeader(values.getHeaderName().toString(), value);
                if (FieldSyntax.isSound(field)) {
                    fields.add(field);
                }
            }
        }
    }

    private static Stream<String> values(HeaderMap headers, String name) {
        HeaderValues values = headers.get(name);
        return values == null ? Stream.empty() : values.stream();
    }

    private static String version(HttpServerExchange exchange) {
        return exchange.getProtocol().equals(Protocols.HTTP_1_0) ? "1.0" : "1.1";
    }

    /**
     * A user's name with everything but visible ASCII in percent escapes, and {@code %} itself: what another server makes
     * of other bytes is uncertain, and two users must never become one.
     */
    private static String visible(String user) {
        StringBuilder text = new StringBuilder();
        for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && b != '%') {
                text.append((char) b);
            } else {
                text.append(String.format("%%%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
