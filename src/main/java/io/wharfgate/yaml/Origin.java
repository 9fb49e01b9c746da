package io.wharfgate.yaml;

/** Where a value came from. Its {@code toString} is what messages show. */
public sealed interface Origin {

    /**
     * A place in a file.
     *
     * @param file as the user named it
     * @param line from 1
     * @param column from 1
     */
    record InFile(String file, int line, int column) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** The file as a whole: it is missing, too large, not text. */
    record WholeFile(String file) implements Origin {
        @Override
        public String toString() {
            return file;
        }
    }

    /** An environment variable. */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Nobody set it. */
    record BuiltIn() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }
}
