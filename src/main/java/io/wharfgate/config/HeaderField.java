package io.wharfgate.config;

import java.util.Map;
import java.util.regex.Pattern;

/** A header field for the configuration to set or add: {@code Name=value}. */
record HeaderField(HeaderName names) implements Format<Map.Entry<String, String>> {

    /** Visible ASCII with spaces between (RFC 9110 section 5.5 leaves other letters undefined). */
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7E](?:[\\x20-\\x7E]{0,8190}[\\x21-\\x7E])?");

    private static final String MASK = "********";

    /** What upstreams want to see besides, or in place of, a login. */
    private static final Pattern SECRET = Pattern.compile("(?i).*(key|token|secret|passw|auth|cookie|credential).*");

    @Override
    public Map.Entry<String, String> parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        int sign = text.indexOf('=');
        if (sign < 0) {
            throw new InvalidValueException("has a part without \"=\"; write Name=value,Name2=value2 (a value with a"
                    + " comma in it can stand in the file only)");
        }
        String name = names.parse(
                new Given.One(given.origin(), text.substring(0, sign).strip()));
        String value = text.substring(sign + 1).strip();
        if (!VALUE.matcher(value).matches()) {
            throw new InvalidValueException(
                    "has no value for " + name + " that fits into a header; write one line of ASCII");
        }
        return Map.entry(name, value);
    }

    /** The values of some are masked, so that what is printed can be shown around. */
    @Override
    public String show(Map.Entry<String, String> field) {
        return field.getKey() + "=" + (secret(field.getKey()) ? MASK : field.getValue());
    }

    static boolean masked(Map.Entry<String, String> field) {
        return secret(field.getKey()) && field.getValue().equals(MASK);
    }

    private static boolean secret(String name) {
        return SECRET.matcher(name).matches();
    }
}
