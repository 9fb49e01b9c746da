package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LogbackServiceProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class ProcessLogTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ProcessLog log = new ProcessLog(new PrintStream(err, true, StandardCharsets.UTF_8));

    @BeforeEach
    void initialize() {
        log.initialize();
    }

    @Test
    void onlyWhatGoesWrongIsTold() {
        Logger logger = logger();

        logger.warn("remarkable");
        logger.error("broken {}", "pipe");

        assertThat(told()).isEqualTo("ERROR broken pipe" + System.lineSeparator());
    }

    @Test
    void aStackTraceFollows() {
        logger().error("broken", new IllegalStateException("why"));

        assertThat(told())
                .startsWith("ERROR broken")
                .contains("java.lang.IllegalStateException: why")
                .contains("at " + ProcessLogTest.class.getName());
    }

    @Test
    void itKnowsTheInterfaceThatLogbackKnows() {
        assertThat(log.getRequestedApiVersion()).isEqualTo(new LogbackServiceProvider().getRequestedApiVersion());
    }

    private Logger logger() {
        return log.getLoggerFactory().getLogger("test");
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
