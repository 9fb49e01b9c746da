package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import io.wharfgate.config.LogConfig;
import io.wharfgate.http.AccessLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a reload changes about the log. */
class LoggingTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        Logging.configure(log(LogConfig.Format.TEXT, LogConfig.Level.INFO, true));
    }

    /** Other tests log as the test configuration says. */
    @AfterEach
    void restore() throws JoranException {
        System.setErr(before);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private static LogConfig log(LogConfig.Format format, LogConfig.Level level, boolean access) {
        return new LogConfig(format, level, access, Optional.empty());
    }

    private String write() {
        written.reset();
        LoggerFactory.getLogger(LoggingTest.class).info("told name={}", "a");
        LoggerFactory.getLogger(LoggingTest.class).debug("detail");
        LoggerFactory.getLogger(AccessLog.LOGGER).info("request");
        LoggerFactory.getLogger(AccessLog.LOGGER).debug("probe");
        LoggerFactory.getLogger("org.library").info("library");
        // Lines of the access log wait a moment for others.
        Logging.finish();
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void formatMayChange() {
        assertThat(write()).contains("INFO  LoggingTest told name=a\n");
        Logging.change(log(LogConfig.Format.JSON, LogConfig.Level.INFO, true));
        assertThat(write().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("{\"time\":\""))
                .anyMatch(line -> line.contains("\"message\":\"told\",\"name\":\"a\""));
    }

    @Test
    void levelMayChange() {
        assertThat(write()).contains("told", "request").doesNotContain("detail", "probe", "library");
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.DEBUG, true));
        assertThat(write()).contains("told", "request", "detail", "probe").doesNotContain("library");
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.TRACE, true));
        assertThat(write()).contains("library");
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.ERROR, true));
        assertThat(write()).contains("request").doesNotContain("told", "detail", "probe", "library");
    }

    @Test
    void whatHttpClientSendsIsNeverWritten() {
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.TRACE, true));
        written.reset();
        LoggerFactory.getLogger("org.apache.hc.client5.http.headers").debug("c-1 >> Authorization: Basic YQ==");
        LoggerFactory.getLogger("org.apache.hc.client5.http.impl").debug("executing GET /v2/?sig=Authorization");
        LoggerFactory.getLogger("org.apache.hc.client5.http.impl").warn("pool is broken");
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("pool is broken")
                .doesNotContain("Authorization");
    }

    @Test
    void accessLogMayEndAndBegin() {
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.DEBUG, false));
        assertThat(write()).contains("told", "detail").doesNotContain("request", "probe");
        Logging.change(log(LogConfig.Format.TEXT, LogConfig.Level.WARN, true));
        assertThat(write()).contains("request").doesNotContain("told", "probe");
    }
}
