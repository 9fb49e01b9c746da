package io.wharfgate.client.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import io.wharfgate.client.StrictJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** An answer that is none of those hoped for, which may be another one a little later. */
final class Failure extends IOException {

    private static final long serialVersionUID = 1L;
    private static final int LARGEST = 16 * 1024;

    private final transient Optional<Duration> retryAfter;

    private Failure(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** How long the server wants to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /**
     * What to throw for an answer: a Failure if trying again may help, else an {@link ExchangeException}.
     *
     * @param who answered, for the message
     */
    static IOException of(HttpAnswer answer, String who) {
        int status = answer.status();
        String message = who + " answered " + status + said(answer);
        boolean passing = status == 408 || status == 425 || status == 429 || (status >= 500 && !lasting(status));
        return passing ? new Failure(message, retryAfter(answer)) : new ExchangeException(message);
    }

    /** Not implemented; version not supported; no space left. */
    private static boolean lasting(int status) {
        return status == 501 || status == 505 || status == 507;
    }

    private static Optional<Duration> retryAfter(HttpAnswer answer) {
        return answer.field("Retry-After").map(String::strip).flatMap(text -> {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(Duration.between(Instant.now(), then));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }

    /** What the error JSON says (distribution specification, "Error Codes"). */
    private static String said(HttpAnswer answer) {
        try {
            JsonNode error = StrictJson.object(answer.bytes(LARGEST), "error")
                    .path("errors")
                    .path(0);
            String message = error.path("message").asText("");
            String text = message.isEmpty() ? error.path("code").asText("") : message;
            JsonNode detail = error.path("detail");
            String more = detail.isObject() && detail.size() > 0 ? " " + detail : "";
            return text.isEmpty() ? "" : ": " + Printable.of(text + more);
        } catch (IOException e) {
            return "";
        }
    }
}
