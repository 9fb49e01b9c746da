package io.wharfgate.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.wharfgate.config.LogConfig;
import io.wharfgate.http.AccessLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up the log of a running service: on standard error, one line an event, as text or JSON. */
final class Logging {

    private static final String CONSOLE = "log";

    /**
     * HttpClient, which tells of each request: with its header fields, an upstream's password among them, and with its address,
     * whose query may be a token or the signature of a storage.
     */
    private static final String TALKATIVE = "org.apache.hc";

    private Logging() {}

    /** At the start: nothing of what logged before stays. */
    static void configure(LogConfig config) {
        LoggerContext context = context();
        context.reset();
        LogOutput appender = new LogOutput(System.err, config.format());
        appender.setName(CONSOLE);
        appender.setContext(context);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        levels(context, config);
    }

    /** While it runs; no line is lost. Does nothing where {@link #configure} was not called: in tests. */
    static void change(LogConfig config) {
        LoggerContext context = context();
        Appender<ILoggingEvent> appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE);
        if (appender instanceof LogOutput output) {
            output.use(config.format());
            levels(context, config);
        }
    }

    /** Writes what still waits to be written; before the process ends. */
    static void finish() {
        if (context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE) instanceof LogOutput output) {
            output.write();
        }
    }

    private static void levels(LoggerContext context, LogConfig config) {
        Level level = Level.toLevel(config.level().name());
        // Libraries have their say only when something is wrong, or when everything is asked for.
        context.getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(level.isGreaterOrEqual(Level.WARN) || level.equals(Level.TRACE) ? level : Level.WARN);
        context.getLogger(TALKATIVE).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
        context.getLogger("io.wharfgate").setLevel(level);
        Level access = level.isGreaterOrEqual(Level.INFO) ? Level.INFO : level;
        context.getLogger(AccessLog.LOGGER).setLevel(config.access() ? access : Level.OFF);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
