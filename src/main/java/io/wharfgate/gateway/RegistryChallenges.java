package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.Challenge;
import io.wharfgate.auth.Scope;
import io.wharfgate.http.RequestOrigin;
import java.net.URI;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;

/**
 * The challenge as it is configured. Left to the service, it is Bearer once a rule lets the anonymous in: the only scheme by
 * which every client can pull anonymously and log in at one host. Else it is Basic, which more clients get right. Asked anew
 * each time, as rules change while the service runs.
 */
public final class RegistryChallenges implements Challenges {

    private final AuthConfig.Challenge scheme;
    private final AccessPolicy policy;
    private final String basic;
    private final String service;
    private final Optional<URI> externalUrl;

    /**
     * @param auth the configuration: the scheme, and what stands in the challenge
     * @param policy says whether anybody may come in without a login
     * @param externalUrl where clients reach the service, if that is configured; else it is read from each request
     */
    public RegistryChallenges(AuthConfig auth, AccessPolicy policy, Optional<URI> externalUrl) {
        this.scheme = auth.challenge();
        this.policy = policy;
        this.basic = Challenge.basic(auth.realm()).headerValue();
        this.service = auth.token().service();
        this.externalUrl = externalUrl;
    }

    @Override
    public String of(HttpServerExchange exchange, Optional<Access> wanted, Optional<Problem> problem) {
        if (!bearer()) {
            return basic;
        }
        // A client sends passwords to the realm: it is our own name, not one that somebody in between may choose.
        String url = externalUrl.map(URI::toString).orElseGet(() -> RequestOrigin.url(exchange));
        return Challenge.bearer(
                        url + TokenEndpoint.PATH,
                        service,
                        wanted.flatMap(RegistryChallenges::scope),
                        problem.map(wrong -> wrong.name().toLowerCase(Locale.ROOT)))
                .headerValue();
    }

    private boolean bearer() {
        return scheme == AuthConfig.Challenge.BEARER
                || (scheme == AuthConfig.Challenge.AUTO && policy.admitsAnonymous());
    }

    /** The scope that CNCF distribution asks for; clients know these texts. */
    private static Optional<Scope> scope(Access wanted) {
        if (wanted instanceof Access.Catalog) {
            return Optional.of(new Scope.Catalog());
        }
        if (wanted instanceof Access.InRepository in && in.action() != Action.LIST) {
            EnumSet<Action> actions = EnumSet.of(in.action());
            if (in.action() == Action.PUSH) {
                // A push looks first what is there already.
                actions.add(Action.PULL);
            }
            return Optional.of(new Scope.InRepository(in.repository(), actions));
        }
        // There is none for a ping, nor for everything.
        return Optional.empty();
    }
}
