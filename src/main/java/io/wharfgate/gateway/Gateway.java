package io.wharfgate.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.http.RequestContext;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RouteParser;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline: authenticate → parse → authorise → hand over to the backend. Runs on I/O threads and never waits: what a
 * password hash costs is paid on the authenticator's threads.
 *
 * <p>What a path means is not told to anybody who may not ping the registry: errors of names and digests come after the
 * 401.
 */
public final class Gateway implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Authenticator authenticator;
    private final String challenge;
    private final AccessPolicy policy;
    private final Backend backend;

    /** @param challenge value of {@code WWW-Authenticate} for clients without (right) credentials */
    public Gateway(Authenticator authenticator, String challenge, AccessPolicy policy, Backend backend) {
        this.authenticator = authenticator;
        this.challenge = challenge;
        this.policy = policy;
        this.backend = backend;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        HeaderValues authorization = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        if (authorization != null && authorization.size() > 1) {
            throw new RegistryException(RegistryError.REQUEST_INVALID, "more than one Authorization header");
        }
        CompletionStage<AuthenticationResult> result =
                authenticator.authenticate(Optional.ofNullable(authorization).map(HeaderValues::getFirst));
        if (result.toCompletableFuture().isDone()) {
            authenticated(exchange, result.toCompletableFuture().join());
        } else {
            result.whenComplete((value, failure) -> exchange.getIoThread().execute(() -> {
                try {
                    if (failure != null) {
                        throw failure;
                    }
                    authenticated(exchange, value);
                } catch (Throwable e) {
                    ErrorWriter.sendFailure(exchange, e);
                }
            }));
        }
    }

    private void authenticated(HttpServerExchange exchange, AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Accepted accepted) {
            if (accepted.identity() instanceof Identity.User user) {
                RequestContext.of(exchange).user(user.name());
            }
            authorise(exchange, accepted.identity());
        } else if (result instanceof AuthenticationResult.Rejected rejected) {
            RequestContext context = RequestContext.of(exchange);
            LOG.warn(
                    "login refused request_id={} client={} reason=\"{}\"",
                    context.id(),
                    context.client().getHostAddress(),
                    rejected.reason());
            unauthorized(exchange, "user name or password is wrong");
        } else if (result instanceof AuthenticationResult.Overloaded overloaded) {
            throw new RegistryException(
                    RegistryError.TOO_MANY_REQUESTS,
                    "too many logins at once; try again",
                    Map.of("retryAfterSeconds", Integer.toString(overloaded.retryAfterSeconds())));
        }
    }

    private void authorise(HttpServerExchange exchange, Identity identity) {
        RegistryRoute route;
        try {
            route = RouteParser.parse(exchange.getRequestURI());
        } catch (RegistryException e) {
            if (decide(identity, Access.toRegistry(Action.PULL)) instanceof Decision.Denied denied) {
                deny(exchange, identity, denied);
                return;
            }
            throw e;
        }
        Decision decision = decide(identity, RequiredAccess.of(route, exchange.getRequestMethod()));
        if (decision instanceof Decision.Denied denied) {
            deny(exchange, identity, denied);
            return;
        }
        backend.handle(
                exchange,
                new RegistryCall(
                        route,
                        exchange.getRequestMethod(),
                        QueryParameters.of(exchange),
                        name -> decide(identity, Access.to(Action.PULL, name)) instanceof Decision.Allowed,
                        () -> mayPullAll(identity)));
    }

    private Decision decide(Identity identity, Access access) {
        try {
            return policy.decide(identity, access);
        } catch (RuntimeException e) {
            LOG.error("access policy failed; denied", e);
            return new Decision.Denied("access rules could not be read");
        }
    }

    private boolean mayPullAll(Identity identity) {
        try {
            return policy.mayPullAll(identity);
        } catch (RuntimeException e) {
            LOG.error("access policy failed; denied", e);
            return false;
        }
    }

    private void deny(HttpServerExchange exchange, Identity identity, Decision.Denied denied) {
        if (identity instanceof Identity.Anonymous) {
            unauthorized(exchange, RegistryError.UNAUTHORIZED.message());
        } else {
            throw new RegistryException(RegistryError.DENIED, RegistryError.DENIED.message())
                    .with("reason", denied.reason());
        }
    }

    private void unauthorized(HttpServerExchange exchange, String message) {
        Answer answer = ErrorWriter.answer(new RegistryException(RegistryError.UNAUTHORIZED, message));
        answer.header(Headers.WWW_AUTHENTICATE, challenge).send(exchange);
    }
}
