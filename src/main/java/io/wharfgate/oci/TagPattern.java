package io.wharfgate.oci;

/**
 * Tags with wildcards: {@code *} is any number of characters, {@code ?} is one. Case counts, as it does in tags. A match costs
 * at most the pattern's length times the tag's.
 *
 * @param text as it was written
 */
public record TagPattern(String text) {

    private static final int LONGEST = 128;

    /**
     * Reads a pattern.
     *
     * @throws InvalidPatternException when no tag could ever match
     */
    public static TagPattern parse(String text) throws InvalidPatternException {
        if (text.length() > LONGEST) {
            throw new InvalidPatternException("is longer than 128 characters, as no tag can be; shorten it");
        }
        // As a tag with something in the place of the wildcards.
        if (!Tag.isValid(text.replace('*', 'x').replace('?', 'x'))) {
            throw new InvalidPatternException("is not a tag with wildcards; a tag has letters, digits, \"_\", \".\" and"
                    + " \"-\" and begins with none of the last two; * stands for any number of characters, ? for one");
        }
        return new TagPattern(text);
    }

    /** Whether the whole tag is as the pattern says. */
    public boolean matches(Tag tag) {
        String value = tag.value();
        int star = -1;
        int resume = 0;
        int at = 0;
        int in = 0;
        while (in < value.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                resume = in;
            } else if (at < text.length() && (text.charAt(at) == '?' || text.charAt(at) == value.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++resume;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }
}
