package io.wharfgate.oci;

import java.util.Map;

/**
 * The {@code <name>} of a repository: path components of lower-case letters and digits, parted by single dots, one or
 * two underscores or any number of hyphens (OCI distribution specification, "Pulling manifests"). At most 255
 * characters, as CNCF distribution and the clients limit it. Such a name can neither leave a directory nor hide in one.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 255;

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
        if (!isValid(text)) {
            throw new RegistryException(
                    RegistryError.NAME_INVALID,
                    "repository name may hold lower-case letters and digits, parted by '.', '_', '__', '-' or '/'",
                    Map.of("name", text));
        }
        return new RepositoryName(text);
    }

    /** Whether this is a name that {@link #parse} takes. */
    public static boolean isValid(String text) {
        // By hand: with a regular expression it is a part of each small request that can be seen.
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        int at = 0;
        while (true) {
            int separator = afterWord(text, at);
            if (separator == at) {
                return false;
            }
            if (separator == text.length()) {
                return true;
            }
            at = afterSeparator(text, separator);
            if (at == separator) {
                return false;
            }
        }
    }

    /** Where the letters and digits end that begin there. */
    private static int afterWord(String text, int from) {
        int at = from;
        while (at < text.length() && isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Where the separator ends that begins there, if it is one. */
    private static int afterSeparator(String text, int from) {
        char first = text.charAt(from);
        int at = from;
        if (first == '/' || first == '.') {
            at++;
        } else if (first == '_') {
            at += text.startsWith("__", from) ? 2 : 1;
        } else {
            while (at < text.length() && text.charAt(at) == '-') {
                at++;
            }
        }
        return at;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
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
