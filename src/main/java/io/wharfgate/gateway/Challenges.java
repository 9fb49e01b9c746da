package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.auth.Access;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Chooses the one challenge that goes into a 401: Basic and Bearer are never offered together. Safe for use by any thread.
 */
@FunctionalInterface
public interface Challenges {

    /**
     * The value of {@code WWW-Authenticate}.
     *
     * @param wanted what the client wanted to do, when that is known: a Bearer challenge names it as a scope
     * @param problem what is wrong with the token that it showed, if it showed one
     */
    String of(HttpServerExchange exchange, Optional<Access> wanted, Optional<Problem> problem);

    /** What can be wrong with a token (RFC 6750 section 3.1). */
    enum Problem {
        INVALID_TOKEN,
        INSUFFICIENT_SCOPE
    }

    /** Those in force when they are asked, for parts that outlive a change of the configuration. */
    static Challenges current(Supplier<Challenges> now) {
        return (exchange, wanted, problem) -> now.get().of(exchange, wanted, problem);
    }

    /** The same for everybody: Basic's. */
    static Challenges always(String headerValue) {
        return (exchange, wanted, problem) -> headerValue;
    }
}
