package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the lines of the log look like. */
class LogLineTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<ILoggingEvent> events = new ArrayList<>();
    private Logger logger;

    @BeforeEach
    void listen() {
        // A context of the test's own: nobody else's events come here.
        LoggerContext context = new LoggerContext();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                events.add(event);
            }
        };
        appender.setContext(context);
        appender.start();
        logger = context.getLogger("io.wharfgate.some.Part");
        logger.setLevel(Level.TRACE);
        logger.addAppender(appender);
    }

    private String text() {
        return LogLine.of(events.get(events.size() - 1)).text();
    }

    private JsonNode json() throws Exception {
        String line = LogLine.of(events.get(events.size() - 1)).json();
        assertThat(line.indexOf('\n')).as("one object on one line").isEqualTo(line.length() - 1);
        return JSON.readTree(line);
    }

    @Test
    void fieldsOfAMessageAreFieldsInBothForms() throws Exception {
        logger.warn("login refused request_id={} client={} reason=\"{}\" times={}", "d01f", "::1", "no such user", 3);

        assertThat(text())
                .endsWith(" WARN  Part login refused request_id=d01f client=::1 reason=\"no such user\" times=3\n");
        assertThat(text()).matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) .*");
        assertThat(json().get("message").asText()).isEqualTo("login refused");
        assertThat(json().get("level").asText()).isEqualTo("warn");
        assertThat(json().get("logger").asText()).isEqualTo("io.wharfgate.some.Part");
        assertThat(json().get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(json().get("client").asText()).isEqualTo("::1");
        assertThat(json().get("reason").asText()).isEqualTo("no such user");
        assertThat(json().get("times").isIntegralNumber()).isTrue();
    }

    @Test
    void wordsAfterAFieldAndFixedFieldsAreUnderstood() throws Exception {
        logger.info("audit log cannot be written file={}: {} effect=\"events wait\"", "/a b", "no room");

        assertThat(text()).endsWith("audit log cannot be written: no room file=\"/a b\" effect=\"events wait\"\n");
        assertThat(json().get("message").asText()).isEqualTo("audit log cannot be written: no room");
        assertThat(json().get("file").asText()).isEqualTo("/a b");
        assertThat(json().get("effect").asText()).isEqualTo("events wait");
    }

    @Test
    void keyValuePairsAreFieldsOfTheirOwnTypes() throws Exception {
        logger.atInfo()
                .addKeyValue("user", (Object) null)
                .addKeyValue("status", 200)
                .addKeyValue("bytes_sent", 5_000_000_000L)
                .addKeyValue("fresh", true)
                .log("request");

        assertThat(text()).endsWith("request user=- status=200 bytes_sent=5000000000 fresh=true\n");
        assertThat(json().get("user").isNull()).isTrue();
        assertThat(json().get("bytes_sent").longValue()).isEqualTo(5_000_000_000L);
        assertThat(json().get("fresh").isBoolean()).isTrue();
    }

    @Test
    void nobodyForgesALineOrAField() throws Exception {
        logger.info(
                "refused user={} because of {}",
                "x\n2026-01-01 INFO forged status=200\u001b[2J\u2028",
                "a=b\r\nstatus=200");

        assertThat(text().lines()).hasSize(1);
        assertThat(text())
                .endsWith("refused because of a=b\\u000D\\u000Astatus=200"
                        + " user=\"x\\u000A2026-01-01 INFO forged status=200\\u001B[2J\\u2028\"\n");
        assertThat(json().has("status")).isFalse();
        assertThat(json().get("user").asText()).startsWith("x\n2026");
    }

    @Test
    void quotesAndBlanksDoNotEndAValue() {
        logger.atInfo()
                .addKeyValue("a", "x\" b=\"y")
                .addKeyValue("c", "")
                .addKeyValue("d", "-")
                .addKeyValue("e", "\\")
                .log("m");

        assertThat(text()).endsWith(" m a=\"x\\\" b=\\\"y\" c=\"\" d=\"-\" e=\"\\\\\"\n");
    }

    @Test
    void stackTracesAreOneFieldAndIndentedLines() throws Exception {
        logger.error("failed request_id={}", "d01f", new IllegalStateException("bad\n2026-01-01 INFO forged\u0007"));

        List<String> lines = text().lines().toList();
        assertThat(lines.get(0)).endsWith("ERROR Part failed request_id=d01f");
        assertThat(lines.subList(1, lines.size())).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("    "));
        assertThat(text()).contains("    at io.wharfgate.app.LogLineTest").doesNotContain("\u0007");
        assertThat(json().get("stack_trace").asText())
                .contains("IllegalStateException: bad")
                .contains("\n\tat ");
    }

    @Test
    void whateverIsLoggedIsOneLineOfValidJson() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String noise = noise(random);
            logger.info("text {} x={} y=\"{}\"", noise, noise, noise);
            assertThat(text().lines()).as("seed %d", seed).hasSize(1);
            assertThat(json().get("x").isTextual()).as("seed %d", seed).isTrue();
            assertThat(json().size()).as("seed %d", seed).isEqualTo(7);
        }
    }

    private static String noise(Random random) {
        StringBuilder text = new StringBuilder();
        String odd = "\n\r\t\"\\ ={}\u0000\u001b\u0085\u2028\u2029\ud800\udfff\u00e9\u200e";
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? odd.charAt(random.nextInt(odd.length()))
                            : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
