package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.wharfgate.config.LogConfig;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogOutputTest {

    private static final int THREADS = 4;
    private static final int LINES = 5000;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicInteger writes = new AtomicInteger();
    private final LoggerContext context = new LoggerContext();
    private final Logger access = context.getLogger("access");
    private final Logger others = context.getLogger("io.wharfgate.Some");
    private LogOutput output;

    @BeforeEach
    void start() {
        OutputStream counted = new OutputStream() {
            @Override
            public void write(int b) {
                written.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                writes.incrementAndGet();
                written.write(bytes, from, length);
            }
        };
        output = new LogOutput(new PrintStream(counted, false, StandardCharsets.UTF_8), LogConfig.Format.TEXT);
        output.setContext(context);
        output.start();
        context.getLogger("ROOT").addAppender(output);
    }

    @AfterEach
    void stop() {
        output.stop();
    }

    @Test
    void accessLinesAreWrittenSoonAndTogether() {
        for (int i = 0; i < 500; i++) {
            access.atInfo().addKeyValue("n", i).log("request");
        }
        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(lines()).hasSize(500));

        assertThat(numbers()).isSorted();
        assertThat(writes.get()).isLessThan(250);
    }

    @Test
    void otherLinesAreWrittenAtOnceAfterAllThatCameBefore() {
        access.atInfo().addKeyValue("n", 1).log("request");
        others.warn("careful");

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).contains("request n=1");
        assertThat(lines().get(1)).contains("WARN  Some careful");
    }

    @Test
    void noLineIsLostHoweverManyCome() throws Exception {
        CountDownLatch done = new CountDownLatch(THREADS);
        for (int t = 0; t < THREADS; t++) {
            new Thread(() -> {
                        for (int i = 0; i < LINES; i++) {
                            access.atInfo().addKeyValue("n", i).log("request");
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        output.write();

        assertThat(lines()).hasSize(THREADS * LINES).allMatch(line -> line.matches(".* INFO  access request n=\\d+"));
    }

    @Test
    void stoppingWritesWhatWaits() {
        access.info("request");
        output.stop();

        assertThat(lines()).hasSize(1);
    }

    @Test
    void anotherFormatIsThatOfTheNextLines() {
        others.info("one");
        output.use(LogConfig.Format.JSON);
        others.info("two");

        assertThat(lines().get(0)).endsWith("INFO  Some one");
        assertThat(lines().get(1)).startsWith("{").contains("\"message\":\"two\"");
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        lines().forEach(line -> numbers.add(Integer.parseInt(line.substring(line.indexOf("n=") + 2))));
        return numbers;
    }
}
