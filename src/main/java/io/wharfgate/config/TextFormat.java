package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.regex.Pattern;

/**
 * Text of a fixed grammar.
 *
 * @param shown whether messages repeat a wrong text
 * @param advice what is wrong with it, and how to write it
 */
record TextFormat(Pattern grammar, boolean shown, String advice) implements Format<String> {

    /**
     * A login name: RFC 7617 section 2 wants no colon and no control character. Not shown, because a colon is most likely
     * followed by the password.
     */
    static final TextFormat USERNAME = new TextFormat(
            Pattern.compile("[^:\\p{Cntrl}]{1,255}"),
            false,
            "is no user name; write it without : and control characters, and the password at its own key");

    /** A path of requests, without query. */
    static final TextFormat PATH = new TextFormat(
            Pattern.compile("/(?!/)[A-Za-z0-9._~!$&'()*+,=:@/-]*"),
            true,
            "is not a path that can be asked for; write it like /v2/, without scheme, host and query");

    /** A path of requests, perhaps with a {@code *} at its end; the lone {@code /*} would open everything. */
    static final TextFormat OPEN_PATH = new TextFormat(
            Pattern.compile("(?!/?\\*)(?!.*(?://|/\\.\\.?(?:/|\\z)))/[A-Za-z0-9._~!$&'()+,=:@/-]*\\*?"),
            true,
            "is not a path that can be opened; write it like /healthz, or /pub/* for all paths that start so");

    @Override
    public String parse(Given.One given) throws InvalidValueException {
        if (!grammar.matcher(given.text()).matches()) {
            throw new InvalidValueException((shown ? Shown.quoted(given.text()) + " " : "") + advice);
        }
        return given.text();
    }
}
