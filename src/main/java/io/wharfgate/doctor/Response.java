package io.wharfgate.doctor;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An answer as it came.
 *
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param interim statuses of the interim answers before it, such as 100
 * @param early whether it came while the request's body was still going out
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Response(
        String version,
        int status,
        Fields fields,
        byte[] body,
        AnswerReader.Framing framing,
        List<Integer> interim,
        boolean early) {

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether another request can follow on the same connection. */
    boolean keepsConnection() {
        return !fields.lists("Connection", "close")
                && framing != AnswerReader.Framing.UNTIL_CLOSE
                && (version.equals("HTTP/1.1") || fields.lists("Connection", "keep-alive"));
    }

    boolean json() {
        return fields.shown("Content-Type").contains("json");
    }

    /** The status, and what kind of text came with it when that tells more. */
    String shown() {
        StringBuilder shown = new StringBuilder().append(status);
        if (body.length > 0 && status >= 400) {
            shown.append(" with ").append(json() ? firstLine() : "a page of another program, not a registry's JSON");
        }
        fields.first("Server")
                .ifPresent(server -> shown.append(" (Server: ").append(server).append(')'));
        return shown.toString();
    }

    private String firstLine() {
        String text = text().replaceAll("\\s+", " ").strip();
        return text.length() > 160 ? text.substring(0, 160) + "…" : text;
    }

    @Override
    public String toString() {
        return shown();
    }
}
