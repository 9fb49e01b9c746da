package io.wharfgate.upstream;

import io.wharfgate.oci.RepositoryName;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Goes through one upstream's list of repositories for one request, page by page, and keeps the few names that the
 * request is about.
 *
 * <p>Always from the beginning to the end: the upstream's order is not to be relied on. CNCF distribution compares paths
 * component by component, so {@code a/b} comes before {@code a-b} there; begun at {@code last} of our (ASCII) order its
 * list would lack names. It walks its storage for each page anyway.
 */
final class CatalogListing {

    /** Names asked for at once: the most that distribution 3 gives. */
    static final int PAGE = 1000;

    /** Pages looked at for one request; what an upstream has beyond is left out, and the client told so. */
    static final int MOST_PAGES = 100;

    /** For all pages together. */
    static final Duration MOST_TIME = Duration.ofMinutes(1);

    private static final Duration MOST_TIME_FOR_A_PAGE = Duration.ofSeconds(30);

    /** Bytes: 1000 names of 255 characters, quoted, and as much again. */
    private static final int LONGEST_PAGE = 1 << 19;

    private static final String SCOPE = "registry:catalog:*";
    private static final Set<Integer> NO_CATALOG = Set.of(401, 403, 404, 405);

    private final OwnRequests upstream;
    private final Predicate<RepositoryName> wanted;
    private final NamesAfter names;
    private final Clock clock;
    private final Instant deadline;
    private int pages;

    /** @param wanted which repositories count; asked only for names that would get on the page */
    CatalogListing(OwnRequests upstream, Predicate<RepositoryName> wanted, NamesAfter names, Clock clock) {
        this.upstream = upstream;
        this.wanted = wanted;
        this.names = names;
        this.clock = clock;
        this.deadline = clock.instant().plus(MOST_TIME);
    }

    /** How it ended. */
    sealed interface Outcome {

        /**
         * The upstream's part of the page.
         *
         * @param whole whether the upstream has no more than was looked at
         */
        record Listed(SortedSet<String> names, boolean whole) implements Outcome {}

        /**
         * The upstream's names are not to be had.
         *
         * @param why for the log
         * @param late whether it was too slow, and not wrong
         */
        record LeftOut(String why, boolean late) implements Outcome {}
    }

    /** Starts; never fails but by an {@link Outcome}. */
    CompletionStage<Outcome> run() {
        return CompletableFuture.completedFuture("n=" + PAGE)
                .thenCompose(this::page)
                .exceptionally(CatalogListing::failed);
    }

    private static Outcome failed(Throwable failure) {
        Throwable cause = FailureText.cause(failure);
        return new Outcome.LeftOut(
                FailureText.of(cause), cause instanceof InterruptedIOException || cause instanceof TimeoutException);
    }

    private CompletionStage<Outcome> page(String query) {
        pages++;
        String target = query.isEmpty() ? "/v2/_catalog" : "/v2/_catalog?" + query;
        return upstream.get(target, SCOPE, LONGEST_PAGE, MOST_TIME_FOR_A_PAGE)
                .thenCompose(answer -> answered(query, answer));
    }

    private CompletionStage<Outcome> answered(String query, Transport.Fetched answer) {
        if (answer.status() == 400 && pages == 1 && !query.isEmpty()) {
            return page(""); // its largest page is smaller (distribution: catalog.maxentries), and its own choice fits
        }
        if (NO_CATALOG.contains(answer.status())) {
            return ended(new Outcome.LeftOut("it answers " + answer.status() + " to /v2/_catalog", false));
        }
        Optional<CatalogPage> page = answer.status() == 200 ? CatalogPage.read(answer) : Optional.empty();
        if (page.isEmpty()) {
            return ended(new Outcome.LeftOut(
                    "its answer to /v2/_catalog is no catalog (status " + answer.status() + ")", false));
        }
        page.get().names().forEach(this::look);
        Optional<String> next = next(query, page.get());
        if (next.isEmpty() || pages == MOST_PAGES) {
            return ended(new Outcome.Listed(names.names(), next.isEmpty()));
        }
        if (clock.instant().isAfter(deadline)) {
            return ended(new Outcome.LeftOut("its list takes longer than " + MOST_TIME.toSeconds() + " s", true));
        }
        return page(next.get());
    }

    private void look(String name) {
        if (names.wants(name) && RepositoryName.isValid(name) && wanted.test(new RepositoryName(name))) {
            names.add(name);
        }
    }

    /** Where the list goes on; a page that leads to itself is the end of it. */
    private static Optional<String> next(String query, CatalogPage page) {
        List<String> names = page.names();
        Optional<String> next = page.next();
        if (next.isEmpty() && names.size() == PAGE) {
            // A full page without a Link: some registries page by n and last, and say nothing of it.
            next = Optional.of(
                    "n=" + PAGE + "&last=" + URLEncoder.encode(names.get(names.size() - 1), StandardCharsets.UTF_8));
        }
        return next.filter(text -> !text.equals(query));
    }

    private static CompletionStage<Outcome> ended(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }
}
