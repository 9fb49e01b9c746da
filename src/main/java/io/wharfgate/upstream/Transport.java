package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.hc.core5.http.Header;

/**
 * The connections to the addresses of one upstream, and what flows through them. Thread-safe; closed by whoever made it.
 */
interface Transport extends AutoCloseable {

    /**
     * Forwards the client's request, with its body, and streams the answer back. Returns at once. Called on any thread that
     * owns the exchange; the exchange is not to be touched by the caller until {@code attempt} has been asked.
     */
    void forward(HttpServerExchange exchange, UpstreamRequest request, Attempt attempt);

    /**
     * Sends a request of the gateway's own (a token, a health check, a list).
     *
     * @param body of the request; empty for none
     * @param mostBytes a longer answer fails
     * @param timeout for all of it
     */
    CompletionStage<Fetched> fetch(UpstreamRequest request, Optional<String> body, int mostBytes, Duration timeout);

    /** The connections for what is forwarded; {@code max} is that of one address. */
    default UpstreamFigures.Pool pool() {
        return UpstreamFigures.Pool.NONE;
    }

    @Override
    void close();

    /** A whole small answer to a request of the gateway's own, its body read as UTF-8. */
    record Fetched(int status, List<Header> fields, String body) {}
}
