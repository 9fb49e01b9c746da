package io.wharfgate.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The section {@code log}: how the service writes its log, and how much.
 *
 * @param access whether there is an access log, whatever {@code level} is
 * @param audit absolute; where who did what is written, one JSON object on each line. Nowhere when it is empty
 */
public record LogConfig(Format format, Level level, boolean access, Optional<Path> audit) {

    /** Lines for people, or one JSON object on each line. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The least important message that is still written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
