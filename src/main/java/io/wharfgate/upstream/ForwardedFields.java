package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestOrigin;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

    private ForwardedFields() {}

    static List<Header> of(HttpServerExchange exchange) {
        RequestContext context = RequestContext.of(exchange);
        HeaderMap told = context.peerTrusted() ? exchange.getRequestHeaders() : new HeaderMap();
        List<Header> fields = new ArrayList<>();
        fields.add(new BasicHeader("X-Real-IP", text(context.client())));
        fields.add(new BasicHeader("X-Forwarded-For", chain(exchange, told)));
        fields.add(new BasicHeader("X-Forwarded-Proto", RequestOrigin.scheme(exchange)));
        RequestOrigin.host(exchange).ifPresent(host -> fields.add(new BasicHeader("X-Forwarded-Host", host)));
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
