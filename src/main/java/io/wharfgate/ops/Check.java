package io.wharfgate.ops;

import java.io.IOException;
import java.util.Map;

/**
 * Something that must work for the service to be ready.
 *
 * @param name what it is called to operators
 */
public record Check(String name, Probe probe) {

    /** Looks whether it works; may wait for disks. Thread-safe. */
    @FunctionalInterface
    public interface Probe {

        /**
         * Looks now.
         *
         * @return what is known of it in numbers, by names that end in their units; plain values and maps of these, for JSON
         * @throws IOException when it does not work, saying why
         */
        Map<String, ?> run() throws IOException;
    }

    /** Not working, with the numbers that say so. */
    public static final class FailedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient Map<String, ?> figures;

        public FailedException(String message, Map<String, ?> figures) {
            super(message);
            this.figures = figures;
        }

        Map<String, ?> figures() {
            return figures;
        }
    }
}
