package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.Locale;
import java.util.regex.Pattern;

/** A host for a certificate: a DNS name, perhaps with {@code *} as its first label, or an IP address without port. */
record HostFormat() implements Format<String> {

    private static final Pattern LABEL_DOT_LABEL = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
            Pattern.CASE_INSENSITIVE);

    @Override
    public String parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        if (IpAddress.parse(text).isPresent()) {
            return text.toLowerCase(Locale.ROOT);
        }
        if (!isName(text.startsWith("*.") ? text.substring(2) : text)) {
            throw new InvalidValueException(Shown.quoted(text)
                    + " is neither a host name nor an IP address; write it without scheme, port, path and brackets");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** Whether this is a DNS name. Four numbers with dots would be a mistyped IP address, so they are none. */
    static boolean isName(String text) {
        return text.length() <= 253 && LABEL_DOT_LABEL.matcher(text).matches() && !text.matches("(?:.*\\.)?\\d+");
    }
}
