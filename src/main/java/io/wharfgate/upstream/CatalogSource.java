package io.wharfgate.upstream;

import io.wharfgate.oci.RepositoryName;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One upstream's part in the list of all repositories. Thread-safe. */
final class CatalogSource {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogSource.class);

    private final OwnRequests upstream;
    private final Predicate<RepositoryName> routed;
    private final AtomicReference<String> said = new AtomicReference<>("");

    /** @param routed which repositories lie there for clients of this gateway */
    CatalogSource(OwnRequests upstream, Predicate<RepositoryName> routed) {
        this.upstream = upstream;
        this.routed = routed;
    }

    CompletionStage<CatalogListing.Outcome> list(NamesAfter names, Predicate<RepositoryName> mayList, Clock clock) {
        return new CatalogListing(upstream, routed.and(mayList), names, clock).run();
    }

    /** What the client's list lacks of this upstream, as a value of {@code Warning}; the log has why, once. */
    Optional<String> warning(CatalogListing.Outcome outcome) {
        String client = "";
        String log = "";
        if (outcome instanceof CatalogListing.Outcome.LeftOut out) {
            client = "the repositories of upstream " + upstream.upstream() + " are missing";
            log = out.why();
        } else if (outcome instanceof CatalogListing.Outcome.Listed listed && !listed.whole()) {
            client = "some repositories of upstream " + upstream.upstream() + " are missing";
            log = "it has more repositories than are looked at (" + CatalogListing.MOST_PAGES + " pages of "
                    + CatalogListing.PAGE + ")";
        }
        if (!said.getAndSet(log).equals(log) && !log.isEmpty()) {
            LOG.warn("catalog without upstream={} reason=\"{}\"", upstream.upstream(), log);
        }
        // 299: persistent, miscellaneous; "-" stands for a gateway that does not name itself.
        return client.isEmpty() ? Optional.empty() : Optional.of("299 - \"" + client + '"');
    }
}
