package io.wharfgate.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry's address: scheme, host, perhaps a port and a path in front of {@code /v2/}. Kept without a slash at its end. */
record UpstreamUrlFormat() implements Format<URI> {

    private static final String EXAMPLE = "; write it like http://127.0.0.1:5000 or https://registry.example.com";

    /** Whatever two servers could read differently is missing: escapes, dot segments, empty segments, parameters. */
    private static final Pattern PATH = Pattern.compile("(?:/(?!\\.\\.?(?:/|\\z))[A-Za-z0-9._~!$&'()*+,=:@-]++)*+");

    /** Names of containers have underscores; with one, {@link URI} sees neither host nor port. */
    private static final Pattern CONTAINER = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?::(\\d{1,5}))?");

    @Override
    public URI parse(Given.One given) throws InvalidValueException {
        // The text itself is not shown: it may hold a password.
        if (!given.text().matches("(?is)https?://.*")) {
            throw new InvalidValueException("does not start with http:// or https://" + EXAMPLE);
        }
        URI url;
        try {
            url = new URI(given.text());
        } catch (URISyntaxException e) {
            throw new InvalidValueException("is not a URL" + EXAMPLE);
        }
        if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
            throw new InvalidValueException(
                    "holds a user or password; remove it, and write username and password-file beside it");
        }
        if (host(url).isEmpty() || port(url) == 0 || port(url) > 65535) {
            throw new InvalidValueException("has no valid host or port" + EXAMPLE);
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new InvalidValueException("has something behind its path; remove it from the ? or # on");
        }
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        String port = port(url) < 0 ? "" : ":" + port(url);
        return URI.create(scheme + "://" + host(url).toLowerCase(Locale.ROOT) + port + path(url.getRawPath()));
    }

    /** The host, an IPv6 address in brackets; empty when there is none. */
    static String host(URI url) {
        return url.getHost() != null ? url.getHost() : part(url, 1);
    }

    /** The port; -1 when none is written. */
    static int port(URI url) {
        if (url.getHost() != null) {
            return url.getPort();
        }
        String port = part(url, 2);
        return port.isEmpty() ? -1 : Integer.parseInt(port);
    }

    private static String part(URI url, int group) {
        Matcher container = CONTAINER.matcher(url.getRawAuthority() == null ? "" : url.getRawAuthority());
        return container.matches() && container.group(group) != null ? container.group(group) : "";
    }

    private static String path(String raw) throws InvalidValueException {
        String path = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
        if (path.equals("/v2") || path.endsWith("/v2")) {
            throw new InvalidValueException("ends in /v2/, which every request has anyway; remove that");
        }
        if (!PATH.matcher(path).matches()) {
            throw new InvalidValueException(
                    "has a path with //, dot segments, escapes or ;, which servers read differently; write a plain one");
        }
        return path;
    }
}
