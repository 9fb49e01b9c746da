package io.wharfgate.gateway;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Identity;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.Scope;
import io.wharfgate.gateway.AuditEvent.Outcome;
import io.wharfgate.gateway.AuditEvent.Result;
import io.wharfgate.gateway.AuditEvent.What;
import io.wharfgate.gateway.AuditEvent.Who;
import io.wharfgate.http.AccessLog;
import io.wharfgate.http.RequestContext;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.oci.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what the audit log and the access log tell about one request, and tells it once, when the request is over. Belongs to an exchange:
 * written by the thread that has it, read by the one that ends it.
 */
final class AuditNotes implements ExchangeCompletionListener {

    private static final Logger LOG = LoggerFactory.getLogger(AuditNotes.class);
    private static final AttachmentKey<AuditNotes> KEY = AttachmentKey.create(AuditNotes.class);

    /** nginx's status for a client that left, or was cut, before its answer began; the access log's too. */
    private static final int CLIENT_LEFT = 499;

    private final AuditTrail trail;
    private volatile What what;
    private volatile Optional<Login> login = Optional.empty();
    private volatile Optional<RegistryRoute> route = Optional.empty();
    private volatile Optional<String> reason = Optional.empty();

    private AuditNotes(AuditTrail trail, AuditOperation unread) {
        this.trail = trail;
        this.what = What.of(unread);
    }

    /**
     * Begins, before anything of the request's body is read. Does nothing where there is neither log.
     *
     * @param unread what the request is called unless more becomes known of it
     */
    static void begin(HttpServerExchange exchange, AuditTrail trail, AuditOperation unread) {
        if (!trail.wanted() && !AccessLog.wanted()) {
            return;
        }
        AuditNotes notes = new AuditNotes(trail, unread);
        exchange.putAttachment(KEY, notes);
        exchange.addExchangeCompleteListener(notes);
    }

    /** Those of the exchange, where anybody wants to know. */
    static Optional<AuditNotes> of(HttpServerExchange exchange) {
        return Optional.ofNullable(exchange.getAttachment(KEY));
    }

    /** Somebody came in. */
    void login(Login accepted) {
        login = Optional.of(accepted);
    }

    /** What the request is about. */
    void route(RegistryRoute parsed) {
        route = Optional.of(parsed);
    }

    /** Why it goes no further. */
    void reason(String text) {
        reason = Optional.of(text);
    }

    /** Nobody came in: then it is that, and no longer the request, that the log is about. */
    void notIn(AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Rejected rejected) {
            refused(AuditOperation.LOGIN_FAILED, rejected.reason());
        } else if (result instanceof AuthenticationResult.TokenRefused refused) {
            refused(AuditOperation.TOKEN_REFUSED, refused.reason());
        } else if (result instanceof AuthenticationResult.Throttled throttled) {
            refused(AuditOperation.LOGIN_THROTTLED, throttled.reason());
        } else if (result instanceof AuthenticationResult.Overloaded) {
            refused(AuditOperation.LOGIN_OVERLOADED, "too many passwords waited to be checked");
        }
    }

    private void refused(AuditOperation operation, String why) {
        what = What.of(operation);
        reason(why);
    }

    /** A token was issued that is good for these. */
    void issued(List<Scope> granted) {
        what = new What(
                AuditOperation.TOKEN_ISSUED, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), granted);
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
        try {
            What subject =
                    route.map(parsed -> AuditSubject.of(exchange, parsed)).orElse(what);
            RequestContext.of(exchange).about(about(subject));
            if (trail.wanted()) {
                record(event(exchange, subject));
            }
        } catch (RuntimeException e) {
            LOG.error(
                    "audit event lost request_id={}",
                    RequestContext.of(exchange).id(),
                    e);
        } finally {
            next.proceed();
        }
    }

    private void record(AuditEvent event) {
        boolean ping = event.what().operation() == AuditOperation.PING;
        // Every client sends one before anything else, monitoring sends them all day.
        if (!ping || event.outcome().result() != Result.SUCCESS) {
            trail.record(event);
        }
    }

    private RequestContext.About about(What subject) {
        return new RequestContext.About(
                subject.operation().toString(),
                subject.repository().map(RepositoryName::value),
                subject.tags().isEmpty()
                        ? Optional.empty()
                        : Optional.of(subject.tags().get(0).value()),
                subject.digest().map(Digest::toString),
                subject.from().map(RepositoryName::value),
                reason);
    }

    private AuditEvent event(HttpServerExchange exchange, What subject) {
        RequestContext context = RequestContext.of(exchange);
        int status = exchange.isResponseStarted() ? exchange.getStatusCode() : CLIENT_LEFT;
        Outcome outcome = new Outcome(
                result(exchange, status),
                reason,
                status,
                context.received(),
                exchange.getResponseBytesSent(),
                Duration.ofNanos(System.nanoTime() - context.startNanos()));
        Optional<String> user = login.map(Login::identity)
                .filter(Identity.User.class::isInstance)
                .map(identity -> ((Identity.User) identity).name());
        return new AuditEvent(
                Instant.now(),
                context.id(),
                context.client().getHostAddress(),
                new Who(user, login.map(Login::credential)),
                subject,
                outcome);
    }

    private static Result result(HttpServerExchange exchange, int status) {
        return switch (status) {
            case CLIENT_LEFT -> Result.ABORTED;
            case StatusCodes.UNAUTHORIZED -> Result.UNAUTHORIZED;
            case StatusCodes.FORBIDDEN -> Result.DENIED;
            default ->
                status >= StatusCodes.BAD_REQUEST
                        ? Result.FAILED
                        : brokenOff(exchange, status) ? Result.ABORTED : Result.SUCCESS;
        };
    }

    /** Whether the client got less than the whole answer. */
    private static boolean brokenOff(HttpServerExchange exchange, int status) {
        if (exchange.getRequestMethod().equals(Methods.HEAD)
                || status == StatusCodes.NO_CONTENT
                || status == StatusCodes.NOT_MODIFIED) {
            return false;
        }
        long length = exchange.getResponseContentLength();
        return length >= 0
                ? exchange.getResponseBytesSent() < length
                : !exchange.getConnection().isOpen();
    }
}
