package io.wharfgate.config;

/** The section {@code log}: how the service writes its log, and how much. */
public record LogConfig(Format format, Level level) {

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
