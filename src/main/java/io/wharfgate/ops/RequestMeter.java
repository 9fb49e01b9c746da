package io.wharfgate.ops;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.wharfgate.http.Cut;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestKind;
import io.wharfgate.http.RequestListener;
import io.wharfgate.metrics.Counter;
import io.wharfgate.metrics.Histogram;
import io.wharfgate.metrics.Metrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts requests, by their kind, method and status. Each of these has a bounded number of values whatever clients and upstreams
 * send: methods and statuses that nobody knows are counted together. A request costs a few additions, and a lock only when it
 * is the first of its sort.
 */
public final class RequestMeter implements RequestListener {

    /** Those of registries; all others are one. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final String OTHER_METHOD = "other";

    private final Metrics.Counters requests;
    private final Metrics.Histograms durations;
    private final Metrics.Histograms firstBytes;
    private final Map<Cut, Counter> cuts = new EnumMap<>(Cut.class);
    private final Counter left;

    /** By kind, and by the method's place among those that are known. */
    private final Map<RequestKind, AtomicReferenceArray<Sort>> sorts = new EnumMap<>(RequestKind.class);

    public RequestMeter(Metrics metrics) {
        requests = metrics.counters(
                "wharfgate_http_requests_total",
                "Requests that are over; status 499 for a client that left before its answer.",
                "route",
                "method",
                "status");
        durations = metrics.histograms(
                "wharfgate_http_request_duration_seconds",
                "From the request's header to the last byte of the answer.",
                Metrics.Buckets.REQUEST,
                "route",
                "method");
        firstBytes = metrics.histograms(
                "wharfgate_http_response_start_seconds",
                "From the request's header to the first byte of the answer.",
                Metrics.Buckets.REQUEST,
                "route",
                "method");
        Metrics.Counters cut = metrics.counters(
                "wharfgate_http_connections_cut_total", "Connections that ended in the middle of a request.", "reason");
        for (Cut reason : Cut.values()) {
            cuts.put(reason, cut.with(reason.text()));
        }
        left = cut.with("client");
        for (RequestKind kind : RequestKind.values()) {
            sorts.put(kind, new AtomicReferenceArray<>(METHODS.size() + 1));
        }
    }

    /** What is counted for one kind of request and one method. */
    private record Sort(Histogram duration, Histogram firstByte, Statuses statuses) {}

    @Override
    public void ended(HttpServerExchange exchange, RequestContext context) {
        long now = System.nanoTime();
        boolean answered = exchange.isResponseStarted();
        int status = answered ? exchange.getStatusCode() : Statuses.CLIENT_LEFT;
        Sort sort = sort(context.kind(), exchange.getRequestMethod().toString());
        sort.statuses().count(status);
        sort.duration().observe(now - context.startNanos());
        OptionalLong firstByte = context.untilFirstByteNanos();
        if (firstByte.isPresent()) {
            sort.firstByte().observe(firstByte.getAsLong());
        }
        if (context.cut().isPresent()) {
            Objects.requireNonNull(cuts.get(context.cut().get())).increment();
        } else if (!answered || brokenOff(exchange, status)) {
            left.increment();
        }
    }

    private Sort sort(RequestKind kind, String method) {
        AtomicReferenceArray<Sort> ofKind = Objects.requireNonNull(sorts.get(kind));
        int known = METHODS.indexOf(method);
        int place = known < 0 ? METHODS.size() : known;
        Sort sort = ofKind.get(place);
        if (sort == null) {
            sort = make(kind.text(), known < 0 ? OTHER_METHOD : method);
            ofKind.set(place, sort);
        }
        return sort;
    }

    /** Whoever makes the same at the same time gets the same counters. */
    private Sort make(String kind, String method) {
        return new Sort(
                durations.with(kind, method),
                firstBytes.with(kind, method),
                new Statuses(status -> requests.with(kind, method, status)));
    }

    /** Whether the client got less than the whole answer. */
    private static boolean brokenOff(HttpServerExchange exchange, int status) {
        long length = exchange.getResponseContentLength();
        return length > exchange.getResponseBytesSent()
                && !exchange.getRequestMethod().equals(Methods.HEAD)
                && status != StatusCodes.NO_CONTENT
                && status != StatusCodes.NOT_MODIFIED;
    }
}
