package io.wharfgate.storage;

/**
 * The name of an object, or of what a tree of objects has in common: segments parted by {@code /}, relative to the
 * store's root. No segment is empty, {@code .} or {@code ..}, none holds NUL or a backslash, and the first does not
 * begin with a dot: such names are the drivers' own. A key can therefore never leave the root. Immutable.
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {

    /** Longest key, in characters: leaves room for a root before it within Linux' PATH_MAX of 4096 bytes. */
    public static final int MAX_LENGTH = 1024;

    /** @throws IllegalArgumentException when it breaks one of the rules above; the text itself is not repeated */
    public ObjectKey {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("storage key is longer than " + MAX_LENGTH + " characters");
        }
        if (value.indexOf('\0') >= 0 || value.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("storage key holds a NUL or a backslash");
        }
        if (value.startsWith(".")) {
            throw new IllegalArgumentException("storage key begins with a dot");
        }
        int begin = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i == value.length() || value.charAt(i) == '/') {
                if (isNone(value, begin, i)) {
                    throw new IllegalArgumentException("storage key has an empty segment, '.' or '..'");
                }
                begin = i + 1;
            }
        }
    }

    /** Whether a segment is empty or of one or two dots. Lists make several keys for each name, so nothing is cut out. */
    private static boolean isNone(String value, int begin, int end) {
        return switch (end - begin) {
            case 0 -> true;
            case 1 -> value.charAt(begin) == '.';
            case 2 -> value.charAt(begin) == '.' && value.charAt(begin + 1) == '.';
            default -> false;
        };
    }

    /** The key of something below this one; several segments may be given at once. */
    public ObjectKey child(String below) {
        return new ObjectKey(value + "/" + below);
    }

    /** ASCII order of the whole key. */
    @Override
    public int compareTo(ObjectKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
