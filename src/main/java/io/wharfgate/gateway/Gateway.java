package io.wharfgate.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestKind;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RouteParser;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The pipeline: authenticate → parse → authorise → hand over to the backend. Runs on I/O threads and never waits: what a
 * password hash costs is paid on the authenticator's threads.
 *
 * <p>What a path means is not told to anybody who may not ping the registry: errors of names and digests come after the
 * 401.
 */
public final class Gateway implements HttpHandler {

    private final Authenticator authenticator;
    private final Refusals refusals;
    private final AccessPolicy policy;
    private final Backend backend;
    private final AuditTrail audit;
    private final Denials denials = new Denials();

    /**
     * @param challenges for clients without (right) credentials
     * @param audit is told of every request, but of pings that succeed
     */
    public Gateway(
            Authenticator authenticator,
            Challenges challenges,
            AccessPolicy policy,
            Backend backend,
            AuditTrail audit) {
        this.authenticator = authenticator;
        this.refusals = new Refusals(challenges);
        this.policy = policy;
        this.backend = backend;
        this.audit = audit;
    }

    /** Those of this gateway's. */
    public Denials denials() {
        return denials;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        AuditNotes.begin(exchange, audit, AuditOperation.INVALID);
        CompletionStage<AuthenticationResult> result = authenticator.authenticate(
                authorization(exchange), RequestContext.of(exchange).client());
        Later.on(exchange, result, value -> authenticated(exchange, value));
    }

    /** The one header that says who somebody is; two could be read differently by two servers. */
    static Optional<String> authorization(HttpServerExchange exchange) {
        HeaderValues values = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        if (values != null && values.size() > 1) {
            throw new RegistryException(RegistryError.REQUEST_INVALID, "more than one Authorization header");
        }
        return Optional.ofNullable(values).map(HeaderValues::getFirst);
    }

    private void authenticated(HttpServerExchange exchange, AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Accepted accepted) {
            Login login = accepted.login();
            AuditNotes.of(exchange).ifPresent(notes -> notes.login(login));
            if (login.identity() instanceof Identity.User user) {
                RequestContext.of(exchange).user(user.name());
            }
            authorise(exchange, new Caller(login, policy));
        } else {
            refusals.notIn(exchange, result, wanted(exchange));
        }
    }

    /**
     * What a client whose token is no longer good wants: the challenge names it, for clients that ask for nothing but what a
     * challenge names (oras). It tells them only what they sent.
     */
    private static Optional<Access> wanted(HttpServerExchange exchange) {
        try {
            RegistryRoute route = RouteParser.parse(exchange.getRequestURI());
            RequestContext.of(exchange).kind(RequestKind.of(route));
            return Optional.of(RequiredAccess.of(route, exchange.getRequestMethod()));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private void authorise(HttpServerExchange exchange, Caller caller) {
        RegistryRoute route;
        try {
            route = RouteParser.parse(exchange.getRequestURI());
        } catch (RegistryException e) {
            if (allowed(exchange, caller, new Access.Ping())) {
                throw e;
            }
            return;
        }
        RequestContext.of(exchange).kind(RequestKind.of(route));
        AuditNotes.of(exchange).ifPresent(notes -> notes.route(route));
        if (asksWhetherToLogIn(route, caller)) {
            refusals.unauthorized(exchange, Optional.empty());
        } else if (allowed(exchange, caller, RequiredAccess.of(route, exchange.getRequestMethod()))) {
            backend.handle(
                    exchange,
                    new RegistryCall(route, exchange.getRequestMethod(), QueryParameters.of(exchange), caller));
        }
    }

    /**
     * A ping without credentials is answered 401 even where the anonymous may pull: from a 200 docker's client learns that
     * this registry wants no login, and it never sends one again.
     */
    private static boolean asksWhetherToLogIn(RegistryRoute route, Caller caller) {
        return route instanceof RegistryRoute.Ping && caller.login().credential() instanceof Credential.None;
    }

    /** When it is not allowed, the answer has been given. */
    private boolean allowed(HttpServerExchange exchange, Caller caller, Access access) {
        Decision decision = caller.decide(access);
        if (decision instanceof Decision.Denied denied) {
            denials.count(Denials.Reason.RULES, access);
            refusals.denied(exchange, caller.login(), access, denied);
            return false;
        }
        if (!caller.reaches(access)) {
            denials.count(Denials.Reason.TOKEN, access);
            refusals.outOfReach(exchange, caller.login(), access);
            return false;
        }
        return true;
    }
}
