package io.wharfgate.oci;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The {@code <name>} of a repository: path components of lower-case letters and digits, parted by single dots, one or
 * two underscores or any number of hyphens (OCI distribution specification, "Pulling manifests"). At most 255
 * characters, as CNCF distribution and the clients limit it. Such a name can neither leave a directory nor hide in one.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 255;

    // Possessive throughout: a hostile name cannot make the match backtrack.
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?+|-++)[a-z0-9]++)*+";
    private static final Pattern GRAMMAR = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");

    public RepositoryName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a repository name");
        }
    }

    /**
     * Reads a name as a client sends it.
     *
     * @throws RegistryException NAME_INVALID, saying what is allowed
     */
    public static RepositoryName parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new RegistryException(
                    RegistryError.NAME_INVALID, "repository name is longer than " + MAX_LENGTH + " characters");
        }
        if (!GRAMMAR.matcher(text).matches()) {
            throw new RegistryException(
                    RegistryError.NAME_INVALID,
                    "repository name may hold lower-case letters and digits, parted by '.', '_', '__', '-' or '/'",
                    Map.of("name", text));
        }
        return new RepositoryName(text);
    }

    /** Whether this is a name that {@link #parse} takes. */
    public static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH && GRAMMAR.matcher(text).matches();
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
