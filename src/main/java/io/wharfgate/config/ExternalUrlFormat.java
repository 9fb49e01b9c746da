package io.wharfgate.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The URL that clients use: scheme, host, perhaps a port. Kept without a slash at its end, in small letters. */
record ExternalUrlFormat() implements Format<URI> {

    private static final String EXAMPLE = "; write it like https://registry.example.com or https://localhost:5443";

    @Override
    public URI parse(Given.One given) throws InvalidValueException {
        // The text itself is not shown: it may hold a password.
        URI url;
        try {
            url = new URI(given.text());
        } catch (URISyntaxException e) {
            throw new InvalidValueException("is not a URL" + EXAMPLE);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new InvalidValueException("does not start with https:// or http://" + EXAMPLE);
        }
        if (url.getRawUserInfo() != null) {
            throw new InvalidValueException("holds a user or password, which every client would see; remove it");
        }
        if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65535) {
            throw new InvalidValueException("has no valid host or port" + EXAMPLE);
        }
        String path = url.getRawPath();
        if (!(path.isEmpty() || path.equals("/")) || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new InvalidValueException(
                    "has something behind host and port, but registry clients know no path prefix; remove it");
        }
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return URI.create(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port);
    }
}
