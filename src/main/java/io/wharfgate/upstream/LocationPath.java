package io.wharfgate.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what an upstream says of itself in Location and its like into a path of this gateway. Clients stay with whom they
 * asked: an absolute Location with another host or scheme makes containerd forget its login, and may not even be
 * reachable for them. Path and query keep their bytes. Immutable.
 */
final class LocationPath {

    /** RFC 3986, appendix B, with the scheme as 3.1 has it: scheme, authority, path, query and fragment with their marks. */
    private static final Pattern REFERENCE =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);

    private final String basePath;

    /** @param basePath what stands before the upstream's own paths; empty, or with a leading slash and none at the end */
    LocationPath(String basePath) {
        this.basePath = basePath;
    }

    /**
     * What a client is told instead of {@code reference}.
     *
     * @param target of the request that was answered with it, base path included: what a relative one is relative to
     * @param own hosts that are the upstream, or this gateway, in the form of {@link #host}
     * @param always whether even a reference to a foreign host becomes a path
     * @return a path of ours; {@code reference} itself when it leads elsewhere; empty when it can neither pass nor be made
     *     a path
     */
    Optional<String> of(String reference, String target, Set<String> own, boolean always) {
        Matcher parts = REFERENCE.matcher(reference);
        if (reference.chars().anyMatch(c -> c < ' ' || c == 0x7f || c > 0xff) || !parts.matches()) {
            return Optional.empty();
        }
        Optional<String> scheme = Optional.ofNullable(parts.group(1)).map(s -> s.toLowerCase(Locale.ROOT));
        Optional<String> authority = Optional.ofNullable(parts.group(2));
        boolean web =
                scheme.isEmpty() || scheme.get().equals("http") || scheme.get().equals("https");
        boolean ours = authority.map(a -> own.contains(host(a))).orElse(scheme.isEmpty());
        if (!web || !(ours || always)) {
            return always ? Optional.empty() : Optional.of(reference);
        }
        String path = nonNull(parts.group(3));
        String query = nonNull(parts.group(4));
        if (authority.isEmpty() && !path.startsWith("/")) {
            if (path.isEmpty() && query.isEmpty()) {
                query = queryOf(target);
            }
            path = resolve(path, pathOf(target));
        }
        return Optional.of(withoutBase(path) + query + nonNull(parts.group(5)));
    }

    /** A host and port to compare: in small letters, without user information and default ports. */
    static String host(String authority) {
        String host = authority.substring(authority.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        for (String port : new String[] {":", ":80", ":443"}) {
            // The scheme is not compared, and with it goes the difference between its default ports.
            if (host.endsWith(port)) {
                return host.substring(0, host.length() - port.length());
            }
        }
        return host;
    }

    private String withoutBase(String path) {
        String rest = path;
        if (!basePath.isEmpty() && path.startsWith(basePath)) {
            String after = path.substring(basePath.length());
            rest = after.isEmpty() || after.startsWith("/") ? after : path;
        }
        // Two slashes (and for browsers a backslash) at the start would make a host of what follows.
        int start = 0;
        while (start < rest.length() && (rest.charAt(start) == '/' || rest.charAt(start) == '\\')) {
            start++;
        }
        return "/" + rest.substring(start);
    }

    /** RFC 3986, 5.2.3 and 5.2.4. */
    private static String resolve(String relative, String base) {
        if (relative.isEmpty()) {
            return base;
        }
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = (base.substring(0, base.lastIndexOf('/') + 1) + relative).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                kept.pollLast();
            } else if (!segments[i].equals(".") && (i > 0 || !segments[i].isEmpty())) {
                kept.addLast(segments[i]);
                continue;
            }
            if (last && i > 0) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String queryOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query);
    }

    @SuppressWarnings("NullAway") // a group that took no part in a match
    private static String nonNull(String group) {
        return group == null ? "" : group;
    }
}
