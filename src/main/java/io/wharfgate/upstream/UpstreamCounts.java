package io.wharfgate.upstream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests that were sent to one upstream, since the start. Thread-safe. */
final class UpstreamCounts {

    private final Map<UpstreamResult, LongAdder> results = new EnumMap<>(UpstreamResult.class);
    private final Map<Retry, LongAdder> retries = new EnumMap<>(Retry.class);

    UpstreamCounts() {
        for (UpstreamResult result : UpstreamResult.values()) {
            results.put(result, new LongAdder());
        }
        for (Retry retry : Retry.values()) {
            retries.put(retry, new LongAdder());
        }
    }

    void count(UpstreamResult result) {
        Objects.requireNonNull(results.get(result)).increment();
    }

    void count(Retry retry) {
        Objects.requireNonNull(retries.get(retry)).increment();
    }

    long of(UpstreamResult result) {
        return Objects.requireNonNull(results.get(result)).sum();
    }

    long of(Retry retry) {
        return Objects.requireNonNull(retries.get(retry)).sum();
    }
}
