package io.wharfgate.config;

import io.wharfgate.upstream.UpstreamConfig.Headers;
import io.wharfgate.upstream.UpstreamConfig.Rules;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads what becomes of the header fields of one upstream's requests and answers. */
final class HeadersSection {

    /** What says something else; the user's name there would be lost, or do harm. */
    private static final Pattern OURS = Pattern.compile(
            "x-forwarded-(for|proto|host|port|prefix|server)|x-real-ip|forwarded|cookie|range|accept.*|content-.*|docker-.*"
                    + "|if-.*|date|x-original-.*|x-rewrite-.*|x-http-method.*");

    private final Values values;

    HeadersSection(Values values) {
        this.values = values;
    }

    Headers read() {
        Optional<String> host = values.get(Key.UPSTREAM_HOST, new HostPortFormat());
        Optional<String> user = values.get(Key.UPSTREAM_USER_HEADER, new HeaderName(true));
        user.filter(name -> OURS.matcher(HeaderName.key(name)).matches())
                .ifPresent(name -> values.error(
                        Key.UPSTREAM_USER_HEADER,
                        name + " has a meaning of its own; choose another, like X-Remote-User"));
        Rules request = rules(
                new HeaderName(true),
                Key.UPSTREAM_REQUEST_HEADERS_REMOVE,
                Key.UPSTREAM_REQUEST_HEADERS_SET,
                Key.UPSTREAM_REQUEST_HEADERS_ADD);
        user.ifPresent(name -> refuseRulesFor(name, request));
        return new Headers(
                host,
                user,
                request,
                rules(
                        new HeaderName(false),
                        Key.UPSTREAM_RESPONSE_HEADERS_REMOVE,
                        Key.UPSTREAM_RESPONSE_HEADERS_SET,
                        Key.UPSTREAM_RESPONSE_HEADERS_ADD));
    }

    private Rules rules(HeaderName names, Key remove, Key set, Key add) {
        Optional<List<String>> removed = values.list(remove, names);
        if (removed.isEmpty()) {
            values.assume(remove, List.of());
        }
        return new Rules(Set.copyOf(removed.orElse(List.of())), fields(set, names), fields(add, names));
    }

    private Map<String, String> fields(Key key, HeaderName names) {
        Optional<List<Map.Entry<String, String>>> given = values.list(key, new HeaderField(names));
        if (given.isEmpty()) {
            values.assume(key, List.of());
        }
        var fields = new LinkedHashMap<String, String>();
        var seen = new HashSet<String>();
        for (Map.Entry<String, String> field : given.orElse(List.of())) {
            if (!seen.add(HeaderName.key(field.getKey()))) {
                values.error(
                        key, field.getKey() + " is here twice; keep one of them (neither case nor _ for - counts)");
            }
            if (HeaderField.masked(field)) {
                values.warning(
                        key,
                        "has for " + field.getKey()
                                + " only what check-config --print shows in place of a secret; write"
                                + " the value itself");
            }
            fields.put(field.getKey(), field.getValue());
        }
        return fields;
    }

    private void refuseRulesFor(String user, Rules rules) {
        Map<Key, Set<String>> named = Map.of(
                Key.UPSTREAM_REQUEST_HEADERS_REMOVE, rules.remove(),
                Key.UPSTREAM_REQUEST_HEADERS_SET, rules.set().keySet(),
                Key.UPSTREAM_REQUEST_HEADERS_ADD, rules.add().keySet());
        Predicate<String> same = name -> HeaderName.key(name).equals(HeaderName.key(user));
        named.forEach((key, names) -> names.stream()
                .filter(same)
                .forEach(name -> values.error(
                        key,
                        name + " is " + values.name(Key.UPSTREAM_USER_HEADER) + " ("
                                + values.origin(Key.UPSTREAM_USER_HEADER)
                                + "), which only this gateway sets; remove it here")));
    }
}
