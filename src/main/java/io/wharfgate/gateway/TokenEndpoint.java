package io.wharfgate.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Challenge;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.PasswordLogin;
import io.wharfgate.auth.TokenService;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.WholeBody;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Where clients fetch tokens, in both forms that they know: GET with Basic, and POST with a form (OAuth2). Passwords are taken
 * from the Authorization header and from forms, never from a query, which ends up in logs. Thread-safe; waits for nothing.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token Authentication Specification</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">Oauth2 Token Authentication</a>
 */
public final class TokenEndpoint implements HttpHandler {

    public static final String PATH = "/auth/token";

    private static final int LARGEST_FORM = 64 * 1024;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final TokenService tokens;
    private final Logins logins;
    private final AccessPolicy policy;
    private final Bodies bodies;
    private final AuditTrail audit;
    private final TokenAnswers answers;

    /**
     * How somebody shows who he is.
     *
     * @param basic for GET: takes Basic and no other scheme, so that no token is good for another one
     * @param form the same users, for POST
     * @param challenge Basic's
     */
    public record Logins(Authenticator basic, PasswordLogin form, Challenge challenge) {}

    /**
     * @param policy says whether there are tokens for the anonymous
     * @param audit is told of every token, issued or not
     */
    public TokenEndpoint(TokenService tokens, Logins logins, AccessPolicy policy, Bodies bodies, AuditTrail audit) {
        this.tokens = tokens;
        this.logins = logins;
        this.policy = policy;
        this.bodies = bodies;
        this.audit = audit;
        this.answers = new TokenAnswers(logins.challenge().headerValue());
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        AuditNotes.begin(exchange, audit, AuditOperation.TOKEN_REFUSED);
        HttpString method = exchange.getRequestMethod();
        try {
            if (method.equals(Methods.GET)) {
                get(exchange);
            } else if (method.equals(Methods.POST)) {
                post(exchange);
            } else {
                exchange.getResponseHeaders().put(Headers.ALLOW, "GET, POST");
                throw new RegistryException(RegistryError.UNSUPPORTED);
            }
        } catch (RegistryException e) {
            answers.refused(exchange, e);
        }
    }

    private void get(HttpServerExchange exchange) {
        QueryParameters query = QueryParameters.of(exchange);
        TokenRequest.requireService(query, tokens.service());
        TokenRequest request = TokenRequest.ofQuery(query);
        Later.on(exchange, logins.basic().authenticate(Gateway.authorization(exchange), client(exchange)), result -> {
            Optional<Login> login = accepted(exchange, result, "invalid_client");
            login.ifPresent(who -> issue(exchange, who, request));
        });
    }

    private void issue(HttpServerExchange exchange, Login login, TokenRequest request) {
        if (login.identity() instanceof Identity.Anonymous && !policy.admitsAnonymous()) {
            AuditNotes.of(exchange).ifPresent(notes -> notes.reason("no rule lets the anonymous in"));
            answers.unauthorized(exchange, "invalid_client", RegistryError.UNAUTHORIZED.message());
            return;
        }
        TokenService.Issued issued = tokens.issue(login, request.scopes(), request.offline());
        issued(exchange, issued, issued.refreshToken());
    }

    private void issued(HttpServerExchange exchange, TokenService.Issued issued, Optional<Secret> refreshToken) {
        AuditNotes.of(exchange).ifPresent(notes -> notes.issued(issued.granted()));
        answers.issued(exchange, issued, refreshToken);
    }

    private void post(HttpServerExchange exchange) {
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE))
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
        if (!type.equals(FORM)) {
            throw new RegistryException(RegistryError.REQUEST_INVALID, "the body must be " + FORM);
        }
        bodies.receive(exchange, new WholeBody(exchange, LARGEST_FORM, RegistryError.FORM_TOO_LARGE, content -> {
            try {
                form(exchange, QueryParameters.parse(new String(content, StandardCharsets.UTF_8)));
            } catch (RegistryException e) {
                answers.refused(exchange, e);
            }
        }));
    }

    private void form(HttpServerExchange exchange, QueryParameters form) {
        TokenRequest.requireService(form, tokens.service());
        TokenRequest request = TokenRequest.ofForm(form);
        switch (form.one("grant_type").orElse("")) {
            case "password" -> {
                Secret password = Secret.of(required(form, "password"));
                Later.on(
                        exchange,
                        logins.form().login(required(form, "username"), password, client(exchange)),
                        result -> {
                            Optional<Login> login = accepted(exchange, result, "invalid_grant");
                            login.ifPresent(who -> issue(exchange, who, request));
                        });
            }
            case "refresh_token" -> {
                Secret refreshToken = Secret.of(required(form, "refresh_token"));
                Later.on(exchange, tokens.redeem(refreshToken, client(exchange)), result -> {
                    Optional<Login> login = accepted(exchange, result, "invalid_grant");
                    // The specification: the same refresh token comes back, and never a new one.
                    login.ifPresent(who ->
                            issued(exchange, tokens.issue(who, request.scopes(), false), Optional.of(refreshToken)));
                });
            }
            default ->
                answers.invalid(exchange, "unsupported_grant_type", "grant_type must be 'password' or 'refresh_token'");
        }
    }

    private static String required(QueryParameters form, String name) {
        return form.one(name)
                .orElseThrow(() ->
                        new RegistryException(RegistryError.REQUEST_INVALID, "the form has no field '" + name + "'"));
    }

    /** Who came in; else the request has been answered. */
    private Optional<Login> accepted(HttpServerExchange exchange, AuthenticationResult result, String error) {
        if (result instanceof AuthenticationResult.Accepted accepted) {
            AuditNotes.of(exchange).ifPresent(notes -> notes.login(accepted.login()));
            if (accepted.login().identity() instanceof Identity.User user) {
                RequestContext.of(exchange).user(user.name());
            }
            return Optional.of(accepted.login());
        }
        AuditNotes.of(exchange).ifPresent(notes -> notes.notIn(result));
        if (result instanceof AuthenticationResult.Rejected rejected) {
            Refusals.log(exchange, rejected.reason());
            answers.unauthorized(exchange, error, Refusals.WRONG_PASSWORD);
        } else if (result instanceof AuthenticationResult.TokenRefused refused) {
            Refusals.log(exchange, refused.reason());
            answers.unauthorized(exchange, error, "the refresh token is not valid, or no longer; log in again");
        } else {
            answers.refused(exchange, Refusals.later(exchange, result));
        }
        return Optional.empty();
    }

    private static InetAddress client(HttpServerExchange exchange) {
        return RequestContext.of(exchange).client();
    }
}
