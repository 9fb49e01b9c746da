package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.wharfgate.http.RequestContext;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * Tells the upstream who asks and how this gateway was reached: {@code X-Real-IP} and {@code X-Forwarded-*}. CNCF
 * distribution builds Location from them, so they are ours alone; what stands in a request is the word of its client, and
 * only a trusted proxy's counts.
 *
 * <p>{@code Forwarded} (RFC 7239) is neither passed on nor written: distribution prefers it to the others, so a chain of it
 * that we do not continue would overrule what we say.
 */
final class ForwardedFields {

    /** A name, an IPv4 address or a bracketed IPv6 address, and perhaps a port. Nothing that could end a URL's host. */
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    private ForwardedFields() {}

    /** The Host that the client sent, if it is one. */
    static Optional<String> host(HttpServerExchange exchange) {
        return last(exchange.getRequestHeaders(), "Host").filter(ForwardedFields::isHost);
    }

    static List<Header> of(HttpServerExchange exchange) {
        RequestContext context = RequestContext.of(exchange);
        HeaderMap told = context.peerTrusted() ? exchange.getRequestHeaders() : new HeaderMap();
        List<Header> fields = new ArrayList<>();
        fields.add(new BasicHeader("X-Real-IP", text(context.client())));
        fields.add(new BasicHeader("X-Forwarded-For", chain(exchange, told)));
        fields.add(new BasicHeader("X-Forwarded-Proto", scheme(exchange, told)));
        last(told, "X-Forwarded-Host")
                .filter(ForwardedFields::isHost)
                .or(() -> host(exchange))
                .ifPresent(host -> fields.add(new BasicHeader("X-Forwarded-Host", host)));
        return fields;
    }

    private static String chain(HttpServerExchange exchange, HeaderMap told) {
        HeaderValues before = told.get(Headers.X_FORWARDED_FOR);
        InetAddress peer = exchange.getSourceAddress().getAddress();
        Stream<String> hops = before == null ? Stream.empty() : before.stream().map(String::strip);
        return Stream.concat(
                        hops.filter(FieldSyntax::isValue).filter(hop -> !hop.isEmpty()),
                        Stream.of(text(peer == null ? InetAddress.getLoopbackAddress() : peer)))
                .collect(Collectors.joining(", "));
    }

    private static String scheme(HttpServerExchange exchange, HeaderMap told) {
        String own = exchange.getConnection().getSslSession() == null ? "http" : "https";
        return last(told, "X-Forwarded-Proto")
                .map(scheme -> scheme.toLowerCase(Locale.ROOT))
                .filter(scheme -> scheme.equals("http") || scheme.equals("https"))
                .orElse(own);
    }

    /** The last element of the last field of that name: what the peer itself wrote, if it adds to lists. */
    private static Optional<String> last(HeaderMap fields, String name) {
        HeaderValues values = fields.get(name);
        if (values == null) {
            return Optional.empty();
        }
        String value = values.getLast();
        return Optional.of(value.substring(value.lastIndexOf(',') + 1).strip());
    }

    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    /** An address as RFC 5952 writes it, without a zone, which means nothing on another machine. */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != 16) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ByteBuffer.wrap(bytes).getShort(2 * i) & 0xffff;
        }
        int longest = 0;
        int start = -1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > Math.max(longest, 1)) {
                longest = end - i;
                start = i;
            }
        }
        if (start < 0) {
            return hex(groups, 0, 8);
        }
        return hex(groups, 0, start) + "::" + hex(groups, start + longest, 8);
    }

    private static String hex(int[] groups, int from, int to) {
        return Stream.iterate(from, i -> i < to, i -> i + 1)
                .map(i -> Integer.toHexString(groups[i]))
                .collect(Collectors.joining(":"));
    }
}
