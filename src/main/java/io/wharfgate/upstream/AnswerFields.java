package io.wharfgate.upstream;

import io.wharfgate.oci.RouteParser;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * Makes the header fields of an answer to a client from those of the upstream. Immutable, and safe for use by any thread.
 *
 * <p>The upstream's challenges never pass: a client that followed one would carry its password for this gateway to a token
 * service of somebody else's choice. Whoever relays a 401 adds the gateway's own.
 */
final class AnswerFields {

    /**
     * {@code Alt-Svc} would lead clients past this gateway. The request id is ours, on the answer from the start, as is the
     * API version below {@code /v2/}.
     */
    private static final Set<String> NEVER_THE_UPSTREAMS =
            Set.of("alt-svc", "x-request-id", "www-authenticate", "authentication-info");

    private static final String API_VERSION = "docker-distribution-api-version";
    private static final Set<String> FIXED = Set.of("x-request-id", "www-authenticate", API_VERSION);

    private final String basePath;
    private final Set<String> addresses;
    private final LocationPath paths;
    private final HeaderRules rules;

    AnswerFields(UpstreamConfig.Registry upstream) {
        this.basePath = basePath(upstream);
        this.addresses = upstream.addresses().stream()
                .map(address -> LocationPath.host(address.getRawAuthority()))
                .collect(Collectors.toUnmodifiableSet());
        this.paths = new LocationPath(basePath);
        this.rules = new HeaderRules(upstream.headers().response(), FIXED);
    }

    /** The path of the upstream's addresses, which stands before {@code /v2/}: without a slash at its end, perhaps empty. */
    static String basePath(UpstreamConfig.Registry upstream) {
        URI address = upstream.addresses().get(0);
        return address.getRawPath() == null ? "" : address.getRawPath().replaceAll("/+$", "");
    }

    /**
     * The fields for the client; Content-Length is left as it came.
     *
     * @param request that was answered: by its Host and X-Forwarded-Host the upstream may know itself
     */
    List<Header> of(int status, List<Header> fields, UpstreamRequest request) {
        HopByHop hopByHop = HopByHop.of(fields.stream()
                .filter(field -> field.getName().equalsIgnoreCase("Connection"))
                .map(Header::getValue));
        boolean registry = RouteParser.owns(ownPath(request.target()));
        List<Header> kept = new ArrayList<>(fields.size());
        for (Header field : fields) {
            String key = FieldSyntax.key(field.getName());
            if (FieldSyntax.isSound(field)
                    && !hopByHop.includes(key)
                    && !NEVER_THE_UPSTREAMS.contains(key)
                    && !(registry && key.equals(API_VERSION))) {
                translated(key, field, status, request).ifPresent(kept::add);
            }
        }
        return rules.apply(kept);
    }

    private Optional<Header> translated(String key, Header field, int status, UpstreamRequest request) {
        String value = field.getValue();
        Optional<String> said = switch (key) {
            // A redirect may lead to object storage. Every other Location is a resource of this registry,
            // whatever name its upstream believes to have.
            case "location" -> paths.of(value, request.target(), own(request), status / 100 != 3);
            case "content-location" -> paths.of(value, request.target(), own(request), false);
            case "link" -> link(value, request);
            default -> Optional.of(value);
        };
        return said.map(text -> text.equals(value) ? field : new BasicHeader(field.getName(), text));
    }

    /** A Link (RFC 8288) with what stands between {@code <} and {@code >} translated. */
    private Optional<String> link(String value, UpstreamRequest request) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int end = quoted || c != '<' ? -1 : value.indexOf('>', i);
            if (end >= 0) {
                Optional<String> path = paths.of(value.substring(i + 1, end), request.target(), own(request), false);
                if (path.isEmpty()) {
                    return Optional.empty();
                }
                text.append('<').append(path.get()).append('>');
                i = end;
                continue;
            }
            text.append(c);
            if (quoted && c == '\\' && i + 1 < value.length()) {
                text.append(value.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return Optional.of(text.toString());
    }

    private Set<String> own(UpstreamRequest request) {
        Set<String> own = new HashSet<>(addresses);
        own.add(LocationPath.host(request.address().toHostString()));
        for (Header field : request.fields()) {
            String key = FieldSyntax.key(field.getName());
            if (key.equals("host") || key.equals("x-forwarded-host")) {
                own.add(LocationPath.host(field.getValue()));
            }
        }
        return own;
    }

    private String ownPath(String target) {
        String path = target.startsWith(basePath) ? target.substring(basePath.length()) : target;
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
