package io.wharfgate.config;

import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.yaml.Shown;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses to listen on: {@code 0.0.0.0:5443}, {@code :5443}, {@code [::]:5443}, {@code localhost:5443}. */
record ListenFormat() implements Format<ListenAddress> {

    private static final Pattern GRAMMAR = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]/]*):(\\d{1,6})");
    private static final String EXAMPLE = "write it like 0.0.0.0:5443, localhost:5443, [::1]:5443 or :5443";

    @Override
    public ListenAddress parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()) {
            throw new InvalidValueException(Shown.quoted(text) + advice(text));
        }
        int port = Integer.parseInt(parts.group(2));
        if (port > 65535) {
            throw new InvalidValueException("port " + port + " does not exist; write one from 0 to 65535");
        }
        return new ListenAddress(host(parts.group(1), text), port);
    }

    private static String host(String host, String text) throws InvalidValueException {
        if (host.isEmpty()) {
            // Go's servers, and so REGISTRY_HTTP_ADDR, mean every interface by this.
            return "0.0.0.0";
        }
        boolean brackets = host.startsWith("[");
        String bare = brackets ? host.substring(1, host.length() - 1) : host;
        boolean valid = IpAddress.parse(bare).isPresent() || (!brackets && HostFormat.isName(bare));
        if (!valid) {
            throw new InvalidValueException(Shown.quoted(text) + " has no valid host in front of its port; " + EXAMPLE);
        }
        return bare;
    }

    private static String advice(String text) {
        if (text.matches("\\d{1,5}")) {
            return " is only a port; write :" + text + " for every interface, or 127.0.0.1:" + text
                    + " for this machine";
        }
        if (text.contains("://")) {
            return " is a URL, but an address is needed; " + EXAMPLE;
        }
        if (text.chars().filter(c -> c == ':').count() > 1) {
            return " is not an address; an IPv6 address needs brackets, as in [::1]:5443";
        }
        return " is not an address with a port; " + EXAMPLE;
    }
}
