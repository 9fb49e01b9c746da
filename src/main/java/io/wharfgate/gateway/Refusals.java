package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.gateway.Challenges.Problem;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.RequestContext;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers to requests that go no further. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    static final String WRONG_PASSWORD = "user name or password is wrong";

    private final Challenges challenges;

    Refusals(Challenges challenges) {
        this.challenges = challenges;
    }

    /** To somebody who did not get in. */
    void notIn(HttpServerExchange exchange, AuthenticationResult result, Optional<Access> wanted) {
        AuditNotes.of(exchange).ifPresent(notes -> notes.notIn(result));
        if (result instanceof AuthenticationResult.Rejected rejected) {
            log(exchange, rejected.reason());
            unauthorized(exchange, WRONG_PASSWORD, wanted, Optional.empty());
        } else if (result instanceof AuthenticationResult.TokenRefused refused) {
            log(exchange, refused.reason());
            unauthorized(
                    exchange,
                    "the token is not valid, or no longer; fetch another",
                    wanted,
                    Optional.of(Problem.INVALID_TOKEN));
        } else {
            throw later(exchange, result);
        }
    }

    /** What is told to somebody whose password nobody looked at. */
    static RegistryException later(HttpServerExchange exchange, AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Overloaded overloaded) {
            return later("too many logins at once; try again", overloaded.retryAfterSeconds());
        }
        if (result instanceof AuthenticationResult.Throttled throttled) {
            log(exchange, throttled.reason());
            return later("too many wrong passwords; try again later", throttled.retryAfterSeconds());
        }
        throw new IllegalStateException("not a refusal: " + result);
    }

    /** To somebody who has to say who he is. */
    void unauthorized(HttpServerExchange exchange, Optional<Access> wanted) {
        unauthorized(exchange, RegistryError.UNAUTHORIZED.message(), wanted, Optional.empty());
    }

    /** To somebody whom the rules deny it. */
    void denied(HttpServerExchange exchange, Login login, Access access, Decision.Denied denied) {
        AuditNotes.of(exchange).ifPresent(notes -> notes.reason(denied.reason()));
        if (login.identity() instanceof Identity.User) {
            throw new RegistryException(RegistryError.DENIED, RegistryError.DENIED.message())
                    .with("reason", denied.reason());
        }
        unauthorized(exchange, RegistryError.UNAUTHORIZED.message(), Optional.of(access), insufficient(login));
    }

    /** To somebody who might, but whose credential is good for less. */
    void outOfReach(HttpServerExchange exchange, Login login, Access access) {
        AuditNotes.of(exchange).ifPresent(notes -> notes.reason("the token is not good for this"));
        Optional<Problem> insufficient = insufficient(login);
        if (insufficient.isEmpty()) {
            throw new RegistryException(RegistryError.DENIED, RegistryError.DENIED.message())
                    .with("reason", "the token that was used as password is not good for this");
        }
        unauthorized(exchange, RegistryError.UNAUTHORIZED.message(), Optional.of(access), insufficient);
    }

    private static Optional<Problem> insufficient(Login login) {
        return login.credential() instanceof Credential.AccessToken
                ? Optional.of(Problem.INSUFFICIENT_SCOPE)
                : Optional.empty();
    }

    private void unauthorized(
            HttpServerExchange exchange, String message, Optional<Access> wanted, Optional<Problem> problem) {
        ErrorWriter.answer(new RegistryException(RegistryError.UNAUTHORIZED, message))
                .header(Headers.WWW_AUTHENTICATE, challenges.of(exchange, wanted, problem))
                .send(exchange);
    }

    private static RegistryException later(String message, int seconds) {
        return new RegistryException(
                RegistryError.TOO_MANY_REQUESTS, message, Map.of("retryAfterSeconds", Integer.toString(seconds)));
    }

    static void log(HttpServerExchange exchange, String reason) {
        RequestContext context = RequestContext.of(exchange);
        LOG.warn(
                "login refused request_id={} client={} reason=\"{}\"",
                context.id(),
                context.client().getHostAddress(),
                reason);
    }
}
