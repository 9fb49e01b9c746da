package io.wharfgate.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a {@code WWW-Authenticate} field (RFC 9110 section 11.6.1).
 *
 * @param scheme in lower case
 * @param parameters names in lower case, values unescaped
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern SCHEME = Pattern.compile("(" + TOKEN + ")(?: +|$)");
    private static final Pattern PARAMETER =
            Pattern.compile("(" + TOKEN + ")[ \\t]*=[ \\t]*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))[ \\t]*");
    /** After a comma, a word that no "=" follows begins another challenge. */
    private static final Pattern ANOTHER =
            Pattern.compile("[ \\t]*" + TOKEN + "(?: +" + TOKEN + "[ \\t]*=.*|[ \\t]*(?:,.*|$))");

    /** What is wrong with a field's value, in words. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /**
     * Reads a value that holds one challenge.
     *
     * @throws Malformed when it holds none, more than one, or something that clients read differently
     */
    static Challenge parse(String value) throws Malformed {
        Matcher scheme = SCHEME.matcher(value);
        if (!scheme.lookingAt()) {
            throw new Malformed("does not begin with a scheme");
        }
        var parameters = new LinkedHashMap<String, String>();
        int at = scheme.end();
        Matcher parameter = PARAMETER.matcher(value);
        while (at < value.length()) {
            if (!parameter.find(at) || parameter.start() != at) {
                throw new Malformed(
                        ANOTHER.matcher(value.substring(at)).matches()
                                ? "holds more than one challenge"
                                : "is not a list of name=\"value\"");
            }
            String text = parameter.group(2) == null
                    ? parameter.group(3)
                    : parameter.group(2).replaceAll("\\\\(.)", "$1");
            if (parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), text) != null) {
                throw new Malformed("says " + parameter.group(1) + " twice");
            }
            at = afterComma(value, parameter.end());
        }
        return new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), Map.copyOf(parameters));
    }

    private static int afterComma(String value, int at) throws Malformed {
        if (at == value.length()) {
            return at;
        }
        if (value.charAt(at) != ',') {
            throw new Malformed("lacks a comma between its parameters");
        }
        int next = at + 1;
        while (next < value.length() && (value.charAt(next) == ' ' || value.charAt(next) == '\t')) {
            next++;
        }
        return next;
    }

    boolean bearer() {
        return scheme.equals("bearer");
    }

    boolean basic() {
        return scheme.equals("basic");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String realm() {
        return parameters.getOrDefault("realm", "");
    }
}
