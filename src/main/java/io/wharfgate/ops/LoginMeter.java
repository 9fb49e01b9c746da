package io.wharfgate.ops;

import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Login;
import io.wharfgate.auth.PasswordLogin;
import io.wharfgate.auth.Scope;
import io.wharfgate.auth.TokenService;
import io.wharfgate.metrics.Counter;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.secret.Secret;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts logins and tokens, by standing in front of those who decide on them. Thread-safe. */
public final class LoginMeter {

    /** By what somebody came, or wanted to. */
    private enum Scheme {
        NONE,
        BASIC,
        BEARER,
        /** User name and password in the form of a token request. */
        FORM,
        REFRESH_TOKEN,
        OTHER
    }

    private enum Result {
        ACCEPTED,
        REJECTED,
        TOKEN_REFUSED,
        OVERLOADED,
        THROTTLED,
        FAILED
    }

    private final Map<Scheme, Map<Result, Counter>> logins = new EnumMap<>(Scheme.class);
    private final Counter access;
    private final Counter refresh;
    private final Map<Scheme, Counter> refused = new EnumMap<>(Scheme.class);

    public LoginMeter(Metrics metrics) {
        Metrics.Counters counters =
                metrics.counters("wharfgate_logins_total", "Requests by how they logged in.", "scheme", "result");
        for (Scheme scheme : Scheme.values()) {
            Map<Result, Counter> byResult = new EnumMap<>(Result.class);
            for (Result result : Result.values()) {
                byResult.put(result, counters.with(text(scheme), text(result)));
            }
            logins.put(scheme, byResult);
        }
        Metrics.Counters issued = metrics.counters("wharfgate_tokens_issued_total", "Tokens issued.", "kind");
        access = issued.with("access");
        refresh = issued.with("refresh");
        Metrics.Counters refusals = metrics.counters(
                "wharfgate_tokens_refused_total",
                "Tokens that somebody used and that were not, or no longer, good.",
                "kind");
        refused.put(Scheme.BEARER, refusals.with("access"));
        refused.put(Scheme.REFRESH_TOKEN, refusals.with("refresh"));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The same authenticator, counted by the scheme of each header. */
    public Authenticator counting(Authenticator authenticator) {
        return (authorization, client) ->
                counted(scheme(authorization), authenticator.authenticate(authorization, client));
    }

    /** The same login, counted as one by a form. */
    public PasswordLogin counting(PasswordLogin login) {
        return (user, password, client) -> counted(Scheme.FORM, login.login(user, password, client));
    }

    /** The same token service, with its tokens counted. */
    public TokenService counting(TokenService tokens) {
        return new TokenService() {
            @Override
            public String service() {
                return tokens.service();
            }

            @Override
            public Issued issue(Login login, List<Scope> scopes, boolean offline) {
                Issued issued = tokens.issue(login, scopes, offline);
                access.increment();
                if (issued.refreshToken().isPresent()) {
                    refresh.increment();
                }
                return issued;
            }

            @Override
            public CompletionStage<AuthenticationResult> redeem(Secret refreshToken, InetAddress client) {
                return counted(Scheme.REFRESH_TOKEN, tokens.redeem(refreshToken, client));
            }
        };
    }

    private CompletionStage<AuthenticationResult> counted(Scheme scheme, CompletionStage<AuthenticationResult> stage) {
        return stage.whenComplete((result, failure) -> count(scheme, result));
    }

    private void count(Scheme scheme, @Nullable AuthenticationResult result) {
        Result counted = of(result);
        Objects.requireNonNull(Objects.requireNonNull(logins.get(scheme)).get(counted))
                .increment();
        Counter ofToken = refused.get(scheme);
        if (counted == Result.TOKEN_REFUSED && ofToken != null) {
            ofToken.increment();
        }
    }

    private static Result of(@Nullable AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Accepted) {
            return Result.ACCEPTED;
        } else if (result instanceof AuthenticationResult.Rejected) {
            return Result.REJECTED;
        } else if (result instanceof AuthenticationResult.TokenRefused) {
            return Result.TOKEN_REFUSED;
        } else if (result instanceof AuthenticationResult.Overloaded) {
            return Result.OVERLOADED;
        } else if (result instanceof AuthenticationResult.Throttled) {
            return Result.THROTTLED;
        }
        return Result.FAILED;
    }

    private static Scheme scheme(Optional<String> authorization) {
        if (authorization.isEmpty()) {
            return Scheme.NONE;
        }
        String header = authorization.get().strip();
        if (header.regionMatches(true, 0, "basic", 0, "basic".length())) {
            return Scheme.BASIC;
        }
        return header.regionMatches(true, 0, "bearer", 0, "bearer".length()) ? Scheme.BEARER : Scheme.OTHER;
    }
}
