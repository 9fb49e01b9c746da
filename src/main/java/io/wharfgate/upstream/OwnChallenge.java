package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.wharfgate.gateway.Challenges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of an upstream's challenge where this gateway has no login there: the client gets the gateway's own. With
 * the upstream's, it would take the password that it has for this gateway to somebody else's token service. Thread-safe.
 */
final class OwnChallenge {

    private static final Logger LOG = LoggerFactory.getLogger(OwnChallenge.class);

    private final Challenges challenges;
    private final Seldom complaints = new Seldom(System::nanoTime);

    /** @param challenges what clients get who are not logged in */
    OwnChallenge(Challenges challenges) {
        this.challenges = challenges;
    }

    /** The fields of a 401, which {@link AnswerFields} has left without a challenge, with this one. */
    List<Header> onto(List<Header> fields, Address address, HttpServerExchange exchange) {
        if (complaints.now("login")) {
            LOG.warn(
                    "upstream wants a login, and this gateway has none there: configure upstream.username"
                            + " and upstream.password-file address={}",
                    address);
        }
        List<Header> changed = new ArrayList<>(fields);
        changed.add(new BasicHeader(
                HttpHeaders.WWW_AUTHENTICATE, challenges.of(exchange, Optional.empty(), Optional.empty())));
        return changed;
    }
}
