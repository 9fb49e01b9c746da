package io.wharfgate.oci;

/** A tag: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}} (OCI distribution specification, "Pulling manifests"). */
public record Tag(String value) implements Reference, Comparable<Tag> {

    private static final int MAX_LENGTH = 128;

    public Tag {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a tag");
        }
    }

    /**
     * Reads a tag as a client sends it.
     *
     * @throws RegistryException TAG_INVALID, saying what is allowed
     */
    public static Tag parse(String text) {
        if (!isValid(text)) {
            throw new RegistryException(
                    RegistryError.TAG_INVALID,
                    "tag may hold up to 128 letters, digits, '_', '.' and '-', and starts with neither '.' nor '-'");
        }
        return new Tag(text);
    }

    /** Whether this is a tag that {@link #parse} takes. */
    public static boolean isValid(String text) {
        // By hand: with a regular expression it is a part of each small request that can be seen.
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.charAt(0) == '.' || text.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '.'
                || c == '-';
    }

    /** ASCII order, in which tag lists are paged. */
    @Override
    public int compareTo(Tag other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
