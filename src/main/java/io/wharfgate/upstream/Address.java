package io.wharfgate.upstream;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.apache.hc.core5.http.HttpHost;

/**
 * One server of an upstream.
 *
 * @param host with the port in any case, that of the scheme when none is configured
 * @param basePath what stands before {@code /v2/} there: empty, or with a slash in front and none at its end
 * @param mark names the address towards clients ({@link UploadMark}); the same after a restart, in another gateway and
 *     in another order of the configuration
 */
record Address(HttpHost host, String basePath, String mark) {

    /** Bytes of the mark: 48 bits keep a handful of addresses apart, and are short in a URL. */
    private static final int MARK_BYTES = 6;

    /**
     * Reads an address as configured.
     *
     * @throws IllegalArgumentException when it has no scheme or host; the configuration has refused such before
     */
    static Address of(URI uri) {
        if (uri.getScheme() == null || uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("an address of an upstream needs a scheme and a host");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        HttpHost host = hostOf(scheme, uri.getRawAuthority());
        String basePath = Objects.requireNonNullElse(uri.getRawPath(), "").replaceFirst("/+\\z", "");
        return new Address(host, basePath, mark(host.toURI() + basePath));
    }

    /**
     * Not {@link URI#getHost()}: it knows no underscore, which names of containers have ({@code http://my_registry:5000}).
     */
    private static HttpHost hostOf(String scheme, String authority) {
        String place = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = place.indexOf(':', Math.max(0, place.indexOf(']')));
        String name = colon < 0 ? place : place.substring(0, colon);
        String port = colon < 0 ? "" : place.substring(colon + 1);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an address of an upstream needs a host");
        }
        int standard = scheme.equals("https") ? 443 : 80;
        return new HttpHost(scheme, name.toLowerCase(Locale.ROOT), port.isEmpty() ? standard : Integer.parseInt(port));
    }

    private static String mark(String uri) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(uri.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As in a configuration, for the log; never with a user or a password. */
    @Override
    public String toString() {
        return host.toURI() + basePath;
    }
}
