package io.wharfgate.upstream;

import java.util.ArrayList;
import java.util.List;
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

    private final String value;
    private final Seldom complaints = new Seldom(System::nanoTime);

    /** @param value for WWW-Authenticate, as clients get it who are not logged in */
    OwnChallenge(String value) {
        this.value = value;
    }

    /** The fields of a 401, which {@link AnswerFields} has left without a challenge, with this one. */
    List<Header> onto(List<Header> fields, Address address) {
        if (complaints.now("login")) {
            LOG.warn(
                    "upstream wants a login, and this gateway has none there: configure upstream.username"
                            + " and upstream.password-file address={}",
                    address);
        }
        List<Header> changed = new ArrayList<>(fields);
        changed.add(new BasicHeader(HttpHeaders.WWW_AUTHENTICATE, value));
        return changed;
    }
}
