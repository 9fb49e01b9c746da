package io.wharfgate.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One name that a server is reached by: a DNS name (a wildcard is allowed in the first label) or an IP address. Kept in
 * one spelling, so that {@code ::1} equals {@code 0:0:0:0:0:0:0:1}.
 */
record SubjectName(String value, boolean isAddress) {

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f.]*:[0-9a-f:.]*");
    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern DNS = Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern ALL_NUMERIC_END = Pattern.compile("(?:.*\\.)?\\d+");

    /** @throws IllegalArgumentException with a message for the operator, when the text is neither */
    static SubjectName parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        if (IPV4.matcher(name).matches()) {
            return new SubjectName(name, true);
        }
        if (IPV6.matcher(name).matches()) {
            return new SubjectName(compressed(text, name), true);
        }
        // A last label of digits would be an IPv4 address with a mistake in it (WHATWG URL, "ends in a number").
        if (name.length() > 253
                || !DNS.matcher(name).matches()
                || ALL_NUMERIC_END.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is neither a DNS name nor an IP address; give a bare name such as registry.example.com"
                    + " or 192.0.2.7, without scheme, port or path");
        }
        return new SubjectName(name, false);
    }

    /** The one spelling of a name, or the text itself when it is none that we would make. */
    static String canonical(String text) {
        try {
            return parse(text).value();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String compressed(String text, String literal) {
        byte[] bytes;
        try {
            // A literal with a colon in it is never looked up in the DNS.
            bytes = InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv6 address", e);
        }
        return bytes.length == 4 ? dotted(bytes) : Ipv6Text.of(bytes);
    }

    private static String dotted(byte[] bytes) {
        return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
    }
}
