package io.wharfgate.app;

import io.wharfgate.ops.Check;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.tls.CertificateSummary;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.upstream.UpstreamFigures;
import io.wharfgate.upstream.Upstreams;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What {@code /health/ready} looks at. */
final class Checks {

    private Checks() {}

    /** @param minFree bytes without which it is not ready; 0: it does not matter */
    static List<Check> ofStorage(ObjectStore store, long minFree) {
        Check writable = new Check("storage", () -> {
            long begun = System.nanoTime();
            store.check();
            return Map.of("check_seconds", (System.nanoTime() - begun) / 1e9);
        });
        return List.of(writable, new Check("disk", () -> space(store, minFree)));
    }

    private static Map<String, Long> space(ObjectStore store, long minFree) throws IOException {
        Map<String, Long> figures = new LinkedHashMap<>();
        Optional<ObjectStore.Space> space = store.space();
        space.ifPresent(room -> {
            figures.put("free_bytes", room.free());
            figures.put("total_bytes", room.total());
        });
        figures.put("min_free_bytes", minFree);
        if (space.isPresent() && space.get().free() < minFree) {
            throw new Check.FailedException(
                    "the storage's disk has " + space.get().free() + " bytes left, and ops.min-free-space asks for "
                            + minFree + "; make room, or a larger disk",
                    figures);
        }
        return figures;
    }

    static Check ofCertificate(Supplier<Optional<ServerIdentity>> identity) {
        return new Check("certificate", () -> {
            CertificateSummary summary = identity.get()
                    .orElseThrow(() -> new IOException("there is no certificate yet"))
                    .summary();
            long daysLeft = summary.daysLeft(Clock.systemUTC().instant());
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("days_left", daysLeft);
            figures.put("not_after", summary.notAfter().toString());
            if (daysLeft < 0) {
                throw new Check.FailedException("the certificate has expired", figures);
            }
            return figures;
        });
    }

    /** Ready while one of several upstreams is: to take the whole gateway out of service would help nobody. */
    static Check ofUpstreams(Upstreams upstreams) {
        return new Check("upstream", () -> {
            Map<String, Map<String, Object>> groups = new TreeMap<>();
            upstreams.figures().forEach(figures -> groups.put(figures.name(), group(figures)));
            Map<String, Object> figures = Map.of("upstreams", groups);
            try {
                upstreams.check();
            } catch (IOException e) {
                throw new Check.FailedException(String.valueOf(e.getMessage()), figures);
            }
            return figures;
        });
    }

    private static Map<String, Object> group(UpstreamFigures figures) {
        Map<String, Object> group = new LinkedHashMap<>();
        long inUse = figures.addresses().stream().filter(figures::inUse).count();
        group.put("status", inUse > 0 ? "ok" : "failed");
        group.put("addresses", figures.addresses().size());
        group.put("addresses_in_use", inUse);
        figures.trouble().ifPresent(trouble -> group.put("problem", trouble));
        return group;
    }
}
