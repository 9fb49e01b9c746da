package io.wharfgate.ops;

import io.wharfgate.gateway.AuditEvent;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.metrics.Counter;
import io.wharfgate.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what the audit log is told, on its way there. Thread-safe. */
public final class AuditMeter implements AuditTrail {

    private final AuditTrail trail;
    private final Map<AuditEvent.Result, Counter> events = new EnumMap<>(AuditEvent.Result.class);

    public AuditMeter(Metrics metrics, AuditTrail trail) {
        this.trail = trail;
        Metrics.Counters counters = metrics.counters(
                "wharfgate_audit_events_total", "Events that the audit log was told, lost ones among them.", "result");
        for (AuditEvent.Result result : AuditEvent.Result.values()) {
            events.put(result, counters.with(result.name().toLowerCase(Locale.ROOT)));
        }
    }

    @Override
    public boolean wanted() {
        return trail.wanted();
    }

    @Override
    public void record(AuditEvent event) {
        Objects.requireNonNull(events.get(event.outcome().result())).increment();
        trail.record(event);
    }
}
