package io.wharfgate.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.http.RequestContext;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * {@code GET /v2/_catalog} over one upstream or several: from each the repositories that are routed to it, of these the ones
 * that the user may see, in ASCII order, in pages of {@code n}. An upstream without a catalog, or one that is down, is
 * left out, and a {@code Warning} (RFC 7234, 5.5) tells the client; only when all are, it is an error.
 *
 * <p>Thread-safe. Memory: a page for each upstream and running request, of which there are at most {@link #MOST_RUNNING}.
 */
final class UpstreamCatalog {

    /** Names on a page for a client that asks for no number; as in CNCF distribution. */
    static final int STANDARD_PAGE = 100;

    /** Names on a page, whatever a client asks for; the Link leads to the others. */
    static final int LARGEST_PAGE = 1000;

    /** Lists that are made at once; each may cost every upstream a walk through its storage. */
    static final int MOST_RUNNING = 8;

    /** To a user who may not see everything: an upstream is called by a prefix of repositories, perhaps not of his. */
    private static final String SOMETHING_MISSING = "299 - \"some repositories may be missing\"";

    private static final HttpString LINK = new HttpString("Link");
    private static final HttpString WARNING = new HttpString("Warning");

    private final List<CatalogSource> sources;
    private final Clock clock;
    private final AtomicInteger running = new AtomicInteger();

    /** @param sources at least one */
    UpstreamCatalog(List<CatalogSource> sources, Clock clock) {
        this.sources = List.copyOf(sources);
        this.clock = clock;
    }

    /**
     * A page of the list.
     *
     * @param names in ASCII order
     * @param more whether others follow
     * @param warnings what the list lacks, for the client
     */
    record Page(List<String> names, boolean more, List<String> warnings) {}

    /** Answers the request, later; an exception becomes the answer. */
    void handle(HttpServerExchange exchange, RegistryCall call) {
        if (!call.method().equals(Methods.GET) && !call.method().equals(Methods.HEAD)) {
            exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
            throw new RegistryException(RegistryError.UNSUPPORTED, "method is not supported here");
        }
        int n = call.query().one("n").map(UpstreamCatalog::parseSize).orElse(STANDARD_PAGE);
        page(n, call.query().one("last"), call.rights().mayListAll() ? name -> true : call.rights()::mayList)
                .whenComplete((page, failure) -> exchange.getIoThread().execute(() -> {
                    try {
                        if (failure != null) {
                            throw FailureText.cause(failure);
                        }
                        send(exchange, n, page, call.rights().mayListAll());
                    } catch (RegistryException e) {
                        ErrorWriter.send(
                                exchange,
                                e.with("requestId", RequestContext.of(exchange).id()));
                    } catch (Throwable e) {
                        ErrorWriter.sendFailure(exchange, e);
                    }
                }));
    }

    private static int parseSize(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new RegistryException(RegistryError.PAGINATION_NUMBER_INVALID);
        }
        return text.length() > 9 ? LARGEST_PAGE : Math.min(LARGEST_PAGE, Integer.parseInt(text));
    }

    private static void send(HttpServerExchange exchange, int n, Page page, boolean mayListAll) {
        Answer answer = Answer.status(200).json(Map.of("repositories", page.names()));
        if (page.more()) {
            String last = URLEncoder.encode(page.names().get(page.names().size() - 1), StandardCharsets.UTF_8);
            answer.header(LINK, "<" + exchange.getRequestURI() + "?n=" + n + "&last=" + last + ">; rel=\"next\"");
        }
        if (!page.warnings().isEmpty()) {
            answer.header(WARNING, mayListAll ? String.join(", ", page.warnings()) : SOMETHING_MISSING);
        }
        answer.send(exchange);
    }

    /**
     * The names that follow {@code last}.
     *
     * @param n most names, at most {@link #LARGEST_PAGE}
     */
    CompletionStage<Page> page(int n, Optional<String> last, Predicate<RepositoryName> mayList) {
        if (n == 0) {
            return CompletableFuture.completedFuture(new Page(List.of(), false, List.of()));
        }
        if (running.incrementAndGet() > MOST_RUNNING) {
            running.decrementAndGet();
            throw new RegistryException(
                    RegistryError.UNAVAILABLE, "too many lists of repositories are being made; try again");
        }
        // One name more than the page tells whether others follow.
        List<CompletableFuture<CatalogListing.Outcome>> outcomes = sources.stream()
                .map(source -> source.list(new NamesAfter(last, n + 1), mayList, clock))
                .map(CompletionStage::toCompletableFuture)
                .toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> running.decrementAndGet())
                .thenApply(done ->
                        merged(n, outcomes.stream().map(CompletableFuture::join).toList()));
    }

    private Page merged(int n, List<CatalogListing.Outcome> outcomes) {
        TreeSet<String> names = new TreeSet<>();
        List<String> warnings = new ArrayList<>();
        int leftOut = 0;
        boolean late = true;
        for (int i = 0; i < sources.size(); i++) {
            CatalogListing.Outcome outcome = outcomes.get(i);
            sources.get(i).warning(outcome).ifPresent(warnings::add);
            if (outcome instanceof CatalogListing.Outcome.Listed listed) {
                names.addAll(listed.names());
            } else if (outcome instanceof CatalogListing.Outcome.LeftOut out) {
                leftOut++;
                late &= out.late();
            }
        }
        if (leftOut == sources.size()) {
            throw new RegistryException(
                    late ? RegistryError.UPSTREAM_TIMEOUT : RegistryError.UPSTREAM_FAILED,
                    "no registry behind this gateway gave a list of its repositories");
        }
        return new Page(names.stream().limit(n).toList(), names.size() > n, warnings);
    }
}
