package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host, perhaps with a port: {@code registry.example.com}, {@code 127.0.0.1:5000}, {@code [::1]:5000}. */
record HostPortFormat() implements Format<String> {

    private static final Pattern GRAMMAR = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]/]*)(?::([1-9]\\d{0,4}))?");

    @Override
    public String parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        if (text.contains("://")) {
            throw new InvalidValueException("is a URL, but a host is needed; write it like registry.example.com");
        }
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()
                || !host(parts.group(1))
                || (parts.group(2) != null && Integer.parseInt(parts.group(2)) > 65535)) {
            throw new InvalidValueException(Shown.quoted(text)
                    + " is no host; write it like registry.example.com, 192.0.2.7:5000 or [2001:db8::7]:5000");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static boolean host(String text) {
        return text.startsWith("[")
                ? IpAddress.parse(text.substring(1, text.length() - 1)).isPresent()
                : IpAddress.parse(text).isPresent() || HostFormat.isName(text);
    }
}
