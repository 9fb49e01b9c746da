package io.wharfgate.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.xnio.IoUtils;

/**
 * A whole answer, known before its first byte is sent. The one way out for everything but blob content; whether the
 * request's body was read is not the caller's concern. Not thread-safe: made, filled and sent by one thread.
 */
public final class Answer {

    private static final byte[] NO_BODY = new byte[0];
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final Map<HttpString, String> headers = new LinkedHashMap<>();
    private byte[] body = NO_BODY;
    private long length = 0;
    private Optional<String> error = Optional.empty();

    private Answer(int status) {
        this.status = status;
    }

    public static Answer status(int status) {
        return new Answer(status);
    }

    /** Adds a header, or replaces it. */
    public Answer header(HttpString name, String value) {
        headers.put(name, value);
        return this;
    }

    /** It tells of an error with this code; for the log. */
    Answer error(String code) {
        error = Optional.of(code);
        return this;
    }

    /** A body that is sent as it is. To HEAD only its length goes out. */
    public Answer body(String contentType, byte[] content) {
        body = content;
        length = content.length;
        return header(Headers.CONTENT_TYPE, contentType);
    }

    /** The length of a body that is left out: the answer to HEAD. */
    public Answer announce(long contentLength) {
        length = contentLength;
        return this;
    }

    /** A JSON object of strings, numbers, lists and maps, in the map's order. */
    public Answer json(Map<String, ?> object) {
        try {
            return body("application/json", JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer's values are plain ones", e);
        }
    }

    public Answer text(String content) {
        return body("text/plain; charset=utf-8", content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends the answer without blocking, from any thread that owns the exchange. When the answer to this request has
     * begun already, the connection is cut instead: the client must not take half an answer for a whole one.
     */
    public void send(HttpServerExchange exchange) {
        if (exchange.isComplete()) {
            // The client left, or was cut, while its answer was being made.
            return;
        }
        if (exchange.isResponseStarted()) {
            IoUtils.safeClose(exchange.getConnection());
            return;
        }
        exchange.setStatusCode(status);
        error.ifPresent(RequestContext.of(exchange)::error);
        headers.forEach((name, value) -> exchange.getResponseHeaders().put(name, value));
        if (mayHaveBody()) {
            exchange.setResponseContentLength(length);
        }
        if (exchange.isRequestComplete()) {
            AnswerWatch watch = new AnswerWatch(exchange);
            exchange.getResponseSender().send(ByteBuffer.wrap(body));
            watch.start();
        } else {
            exchange.dispatch(exchange.getIoThread(), new Reject(exchange, body));
        }
    }

    private boolean mayHaveBody() {
        return status != StatusCodes.NO_CONTENT && status != StatusCodes.NOT_MODIFIED;
    }
}
