package io.wharfgate.doctor;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * The server as clients name it. Immutable.
 *
 * @param secure whether TLS is spoken
 * @param host a DNS name in lower case or an IP address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Target(boolean secure, String host, int port) {

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /**
     * Reads {@code https://host:port}, or {@code host:port} as image names begin, which means HTTPS.
     *
     * @throws IllegalArgumentException when it is neither; the message says what is, and holds no password
     */
    public static Target parse(String text) {
        URI uri = uri(text.contains("://") ? text : "https://" + text);
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("the URL begins with https:// or http://");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the URL holds no login; give it with --username and --password-stdin");
        }
        String path = Optional.ofNullable(uri.getRawPath()).orElse("");
        if (!path.isEmpty() && !path.equals("/") && !path.equals("/v2") && !path.equals("/v2/")) {
            throw new IllegalArgumentException(
                    "a registry has no path: clients always ask at /v2/ of a host; give https://HOST[:PORT]");
        }
        if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw notAServer();
        }
        boolean secure = scheme.equals("https");
        return new Target(secure, bare(uri.getHost()).toLowerCase(Locale.ROOT), port(uri, secure));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw notAServer();
        }
    }

    private static IllegalArgumentException notAServer() {
        return new IllegalArgumentException("not a server; give https://HOST[:PORT] or HOST[:PORT]");
    }

    private static int port(URI uri, boolean secure) {
        int port = uri.getPort() < 0 ? (secure ? HTTPS : HTTP) : uri.getPort();
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535");
        }
        return port;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    String scheme() {
        return secure ? "https" : "http";
    }

    /** The field {@code Host}: the port only where it is not the scheme's own, as every client does it. */
    String authority() {
        return usualPort() ? bracketed() : bracketed() + ":" + port;
    }

    /** As image names begin. */
    String bracketed() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private boolean usualPort() {
        return port == (secure ? HTTPS : HTTP);
    }

    /** Whether only this machine is meant. */
    boolean local() {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    /** The same server without TLS, or with it. */
    Target withSecure(boolean other) {
        return new Target(other, host, port);
    }

    /** {@code https://registry.example.com:8443}. */
    @Override
    public String toString() {
        return scheme() + "://" + authority();
    }
}
