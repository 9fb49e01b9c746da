package io.wharfgate.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes errors in the form of the OCI distribution specification ("Error Codes"), the only form that a client ever
 * sees: {@code {"errors":[{"code","message","detail"}]}}.
 */
public final class ErrorWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorWriter.class);
    private static final HttpString RETRY_AFTER = new HttpString("Retry-After");

    private ErrorWriter() {}

    /** Answers with this error. */
    public static void send(HttpServerExchange exchange, RegistryException error) {
        answer(error).send(exchange);
    }

    /** The answer for this error, to add headers to. */
    public static Answer answer(RegistryException error) {
        return answer(error, Map.of());
    }

    /** The same, with more members of the JSON, for clients that know errors in another form too. */
    public static Answer answer(RegistryException error, Map<String, String> beside) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", error.error().code());
        body.put("message", error.getMessage());
        if (!error.detail().isEmpty()) {
            body.put("detail", error.detail());
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("errors", List.of(body));
        whole.putAll(beside);
        Answer answer = Answer.status(error.error().status())
                .json(whole)
                .error(error.error().code());
        if (error.error() == RegistryError.UNAVAILABLE || error.error() == RegistryError.TOO_MANY_REQUESTS) {
            answer.header(RETRY_AFTER, error.detail().getOrDefault("retryAfterSeconds", "1"));
        }
        return answer;
    }

    /**
     * Answers for whatever a handler threw: a {@link RegistryException} is told to the client; anything else is ours, so
     * the log has it whole and the client gets an UNKNOWN with the request id.
     */
    public static void sendFailure(HttpServerExchange exchange, Throwable failure) {
        if (failure instanceof RegistryException error) {
            send(exchange, error);
            return;
        }
        String id = RequestContext.of(exchange).id();
        LOG.error("request failed request_id={}", id, failure);
        send(exchange, new RegistryException(RegistryError.UNKNOWN).with("requestId", id));
    }
}
