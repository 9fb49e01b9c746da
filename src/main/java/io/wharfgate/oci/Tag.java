package io.wharfgate.oci;

import java.util.regex.Pattern;

/** A tag: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}} (OCI distribution specification, "Pulling manifests"). */
public record Tag(String value) implements Reference, Comparable<Tag> {

    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}+");

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
        return GRAMMAR.matcher(text).matches();
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
