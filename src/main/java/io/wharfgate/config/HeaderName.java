package io.wharfgate.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of header fields that a configuration may change.
 *
 * @param request whether it is about requests to the upstream, or else about its answers
 */
record HeaderName(boolean request) implements Format<String> {

    /** RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

    /** Of one connection (RFC 9110 section 7.6.1) or of the message's framing: changed, they would break it. */
    private static final Pattern CONNECTION = Pattern.compile(
            "connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|proxy-.*|expect|http2-settings");

    private static final Map<String, String> REQUEST = Map.of(
            "host", "is replaced by the setting host; use that",
            "authorization", "is made from the settings username and password-file; use those",
            "via", "is how a gateway finds out that it calls itself; remove it here",
            "x-request-id", "is the request's number in this gateway's log; remove it here");

    private static final Map<String, String> RESPONSE = Map.of(
            "www-authenticate", "asks for this gateway's own passwords; use auth.realm and auth.challenge",
            "docker-distribution-api-version", "is in every answer once; remove it here",
            "x-request-id", "is the request's number in this gateway's log; remove it here");

    @Override
    public String parse(Given.One given) throws InvalidValueException {
        String name = given.text();
        if (!TOKEN.matcher(name).matches()) {
            // Perhaps "Name: value" went into the name, and values may be secrets.
            throw new InvalidValueException(
                    "has a header name with a character that none can have; write the name alone, like X-Team");
        }
        String plain = key(name);
        String instead = (request ? REQUEST : RESPONSE).get(plain);
        if (instead != null) {
            throw new InvalidValueException(name + " " + instead);
        }
        if (CONNECTION.matcher(plain).matches()) {
            throw new InvalidValueException(name + " is made anew for every connection; remove it");
        }
        return name;
    }

    /** The form in which names are compared: servers that make variables of them cannot tell {@code _} from {@code -}. */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
