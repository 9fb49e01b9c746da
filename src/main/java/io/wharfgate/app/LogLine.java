package io.wharfgate.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.wharfgate.oci.VisibleText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One event of the log, in both of its forms; docs/logs.md has them, keep the two in step. Whatever a client sent, it begins no line
 * of its own and reaches no terminal.
 */
record LogLine(ILoggingEvent event, LogMessage message) {

    private static final JsonFactory JSON = new JsonFactory();

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    /** As the audit log has it: always with milliseconds, so that lines sort as text. */
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static LogLine of(ILoggingEvent event) {
        return new LogLine(event, LogMessage.of(event));
    }

    /** For people. A stack trace follows on lines of its own, all of them indented. */
    String text() {
        StringBuilder line = new StringBuilder();
        line.append(LOCAL.format(time().atZone(ZoneId.systemDefault())))
                .append(' ')
                .append(event.getLevel())
                .append(event.getLevel().levelStr.length() < 5 ? "  " : " ")
                .append(simpleName())
                .append(' ')
                .append(VisibleText.onOneLine(message.text()));
        message.fields()
                .forEach(
                        (key, value) -> line.append(' ').append(key).append('=').append(textOf(value)));
        line.append('\n');
        stackTrace()
                .ifPresent(trace -> trace.lines()
                        .forEach(row -> line.append("    ")
                                .append(VisibleText.onOneLine(row.strip()))
                                .append('\n')));
        return line.toString();
    }

    /** In quotes where somebody could take it for more than one value. */
    private static String textOf(Optional<Object> value) {
        if (value.isEmpty()) {
            return "-";
        }
        String text = String.valueOf(value.get());
        if (isPlain(text)) {
            return text;
        }
        return '"' + VisibleText.onOneLine(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '"' || c == '\\' || c >= 0x7f) {
                return false;
            }
        }
        return !text.isEmpty() && !text.equals("-");
    }

    /** For machines: one flat object. */
    String json() {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", UTC.format(time()));
            json.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("thread", event.getThreadName());
            json.writeStringField("message", message.text());
            for (Map.Entry<String, Optional<Object>> field : message.fields().entrySet()) {
                json.writeFieldName(field.getKey());
                write(json, field.getValue());
            }
            Optional<String> trace = stackTrace();
            if (trace.isPresent()) {
                json.writeStringField("stack_trace", trace.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.append('\n').toString();
    }

    private static void write(JsonGenerator json, Optional<Object> value) throws IOException {
        Object it = value.orElse(null);
        if (it == null) {
            json.writeNull();
        } else if (it instanceof Integer || it instanceof Long) {
            json.writeNumber(((Number) it).longValue());
        } else if (it instanceof Boolean yes) {
            json.writeBoolean(yes);
        } else {
            json.writeString(String.valueOf(it));
        }
    }

    private Instant time() {
        return Instant.ofEpochMilli(event.getTimeStamp());
    }

    private String simpleName() {
        String name = event.getLoggerName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private Optional<String> stackTrace() {
        return Optional.ofNullable(event.getThrowableProxy())
                .map(thrown -> ThrowableProxyUtil.asString(thrown).lines().collect(Collectors.joining("\n")));
    }
}
