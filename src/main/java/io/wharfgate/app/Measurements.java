package io.wharfgate.app;

import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.control.Task;
import io.wharfgate.files.Adoptions;
import io.wharfgate.gateway.AuditTrail;
import io.wharfgate.gateway.Denials;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.Workers;
import io.wharfgate.metrics.Metrics;
import io.wharfgate.ops.AuditFile;
import io.wharfgate.ops.AuditMeter;
import io.wharfgate.ops.JvmMetrics;
import io.wharfgate.ops.LoginMeter;
import io.wharfgate.ops.MeteredStore;
import io.wharfgate.ops.ProcessMetrics;
import io.wharfgate.ops.RequestMeter;
import io.wharfgate.ops.StorageSpace;
import io.wharfgate.registry.Uploads;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.tls.ServerIdentity;
import io.wharfgate.upstream.Retry;
import io.wharfgate.upstream.UpstreamFigures;
import io.wharfgate.upstream.UpstreamResult;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What is measured: each method is one part of the service and the metrics that are read from it. Parts count for themselves and
 * know nothing of this; what stands between two parts is counted by somebody put in between. A part that was replaced is put in
 * again, and replaces the one before.
 */
final class Measurements {

    private final Metrics metrics = new Metrics();
    private final RunningRequests running = new RunningRequests(new RequestMeter(metrics));
    private final LoginMeter logins = new LoginMeter(metrics);

    Measurements() {
        JvmMetrics.register(metrics);
        ProcessMetrics.register(metrics);
        String version = Measurements.class.getPackage().getImplementationVersion();
        metrics.info(
                "wharfgate_build_info",
                "The version of Wharfgate, and of the Java that it runs on.",
                Map.of(
                        "version", Objects.requireNonNullElse(version, "development"),
                        "java_version", System.getProperty("java.version")));
        transfers();
    }

    /** All of them, for those who measure more. */
    Metrics metrics() {
        return metrics;
    }

    /** The requests of all listeners, counted. */
    RunningRequests running() {
        return running;
    }

    LoginMeter logins() {
        return logins;
    }

    private void transfers() {
        metrics.gauge("wharfgate_http_requests_running", "Requests that are being answered.", running::count);
        metrics.gauges("wharfgate_http_transfers_running", "Bodies on their way.", "direction")
                .read(() -> running.transfers().receiving(), "receive")
                .read(() -> running.transfers().sending(), "send");
        metrics.gauge(
                "wharfgate_http_transfers_stalled",
                "Bodies of which no byte has moved for ten seconds, as far as was looked.",
                () -> running.transfers().stalled());
        metrics.total(
                "wharfgate_http_received_bytes_total",
                "Bytes of request bodies.",
                () -> running.transfers().received());
        metrics.total(
                "wharfgate_http_sent_bytes_total",
                "Bytes of the bodies of answers.",
                () -> running.transfers().sent());
    }

    /** @param name of the listener, one of a few */
    void listener(String name, HttpServer server) {
        metrics.gauges("wharfgate_http_connections", "Connections of clients that are open.", "listener")
                .read(server::connections, name);
        metrics.gauges("wharfgate_http_connections_max", "Connections that may be open; others wait.", "listener")
                .read(server::connectionLimit, name);
    }

    void workers(Workers workers) {
        metrics.gauge(
                "wharfgate_worker_threads_max",
                "Threads that may wait for disks.",
                () -> workers.load().threads());
        metrics.gauge(
                "wharfgate_worker_threads_busy",
                "Those among them that have a task.",
                () -> workers.load().busy());
        metrics.gauge(
                "wharfgate_worker_queue_tasks",
                "Tasks that wait for such a thread.",
                () -> workers.load().waiting());
    }

    void passwords(BasicAuthenticator basic) {
        metrics.totals("wharfgate_password_cache_lookups_total", "Passwords that were looked for in memory.", "result")
                .read(() -> basic.figures().remembered(), "hit")
                .read(() -> basic.figures().notRemembered(), "miss");
        metrics.total(
                "wharfgate_password_hashes_total",
                "Password hashes computed.",
                () -> basic.figures().hashes());
        metrics.total(
                "wharfgate_password_hash_time_seconds_total",
                "Time spent on computing them.",
                () -> basic.figures().hashSeconds());
        metrics.gauge(
                "wharfgate_password_queue_length",
                "Passwords that wait to be checked.",
                () -> basic.figures().queue().waiting());
        metrics.gauge(
                "wharfgate_password_queue_max",
                "Passwords that may wait; others are refused.",
                () -> basic.figures().queue().room());
        metrics.totals("wharfgate_password_refused_total", "Passwords that nobody looked at.", "reason")
                .read(() -> basic.figures().queue().turnedAway(), "overload")
                .read(() -> basic.figures().throttled(), "throttled");
    }

    void denials(Denials denials) {
        Metrics.Readings denied = metrics.totals(
                "wharfgate_access_denied_total",
                "Requests of those who came in and may not do that.",
                "action",
                "reason");
        for (Denials.Reason reason : Denials.Reason.values()) {
            for (Denials.Wanted wanted : Denials.Wanted.values()) {
                denied.read(() -> denials.count(reason, wanted), text(wanted), text(reason));
            }
        }
    }

    void uploads(Uploads uploads) {
        metrics.gauge("wharfgate_upload_sessions_open", "Upload sessions that a request writes to.", uploads::open);
        metrics.total(
                "wharfgate_upload_sessions_begun_total",
                "Upload sessions begun.",
                () -> uploads.counts().begun());
        metrics.totals("wharfgate_upload_sessions_ended_total", "Upload sessions that ended.", "result")
                .read(() -> uploads.counts().finished(), "finished")
                .read(() -> uploads.counts().mismatched(), "mismatched")
                .read(() -> uploads.counts().cancelled(), "cancelled")
                .read(() -> uploads.counts().expired(), "expired");
    }

    /** The same storage, counted and timed; closed like it. */
    ObjectStore counting(ObjectStore store) {
        return new MeteredStore(store, metrics);
    }

    /**
     * The same tasks, counted and timed.
     *
     * @param collected when garbage was last collected before the start
     */
    Map<String, Task> tasks(Map<String, Task> tasks, Optional<Instant> collected) {
        return new TaskMeter(metrics, tasks.keySet(), collected).counting(tasks);
    }

    void quotas(StorageRules rules) {
        metrics.gauges("wharfgate_quotas", "Quotas, by how much of them is used.", "use")
                .read(() -> rules.quotas() - rules.quotasUsed(0.9), "below_90_percent")
                .read(() -> rules.quotasUsed(0.9) - rules.quotasUsed(1), "nearly_full")
                .read(() -> rules.quotasUsed(1), "full");
    }

    /** @param workers where a disk may be waited for */
    void space(ObjectStore store, Executor workers) {
        StorageSpace space = new StorageSpace(store, workers);
        metrics.gauge("wharfgate_storage_free_bytes", "Room left on the storage's disk.", space::free);
        metrics.gauge("wharfgate_storage_size_bytes", "Size of the storage's disk.", space::total);
    }

    /** The same audit log, counted. */
    AuditTrail counting(AuditTrail trail) {
        return new AuditMeter(metrics, trail);
    }

    void audit(AuditFile file) {
        metrics.total("wharfgate_audit_events_lost_total", "Events that the audit log could not keep.", file::everLost);
        metrics.gauge("wharfgate_audit_queue_events", "Events that wait to be written.", file::queued);
    }

    void upstreams(List<UpstreamFigures> upstreams) {
        Metrics.Readings attempts = metrics.totals(
                "wharfgate_upstream_requests_total",
                "Requests sent to an upstream, again or not.",
                "upstream",
                "result");
        Metrics.Readings retries =
                metrics.totals("wharfgate_upstream_retries_total", "Requests sent once more.", "upstream", "reason");
        Metrics.Readings connections = metrics.gauges(
                "wharfgate_upstream_pool_connections", "Connections to an upstream.", "upstream", "state");
        Metrics.Readings most = metrics.gauges(
                "wharfgate_upstream_pool_connections_max", "Connections to an upstream that may be open.", "upstream");
        Metrics.Readings pending = metrics.gauges(
                "wharfgate_upstream_pool_pending_requests", "Requests that wait for a connection.", "upstream");
        Metrics.Readings up = metrics.gauges(
                "wharfgate_upstream_address_up",
                "1 while requests are sent to that address, 0 while it is left out.",
                "upstream",
                "address");
        for (UpstreamFigures upstream : upstreams) {
            String name = upstream.name();
            for (UpstreamResult result : UpstreamResult.values()) {
                attempts.read(() -> upstream.attempts(result), name, result.text());
            }
            for (Retry reason : Retry.values()) {
                retries.read(() -> upstream.retries(reason), name, reason.text());
            }
            connections
                    .read(() -> upstream.pool().leased(), name, "leased")
                    .read(() -> upstream.pool().available(), name, "available");
            most.read(() -> upstream.pool().max(), name);
            pending.read(() -> upstream.pool().pending(), name);
            upstream.addresses().forEach(address -> up.read(() -> upstream.inUse(address) ? 1 : 0, name, address));
        }
    }

    void certificate(Supplier<ServerIdentity> identity) {
        metrics.gauge(
                "wharfgate_certificate_not_after_timestamp_seconds",
                "When the certificate in use expires, in seconds since 1970.",
                () -> identity.get().summary().notAfter().getEpochSecond());
    }

    /** Of the whole configuration. */
    void reloads(ReloadCount count) {
        metrics.totals("wharfgate_config_reloads_total", "Reloads of the configuration that were asked for.", "result")
                .read(() -> count.state().succeeded(), "adopted")
                .read(() -> count.state().failed(), "refused");
        metrics.gauge(
                "wharfgate_config_in_force",
                "1 while the configuration is as it was at the last reload, 0 when that was refused.",
                () -> count.state().good() ? 1 : 0);
        metrics.gauge(
                "wharfgate_config_adopted_timestamp_seconds",
                "When the configuration was taken into force last, in seconds since 1970.",
                () -> count.state().lastGood().toEpochMilli() / 1e3);
    }

    /**
     * A file that is followed.
     *
     * @param name one of a few: what it is, not where
     */
    void file(String name, Adoptions adoptions) {
        metrics.totals(
                        "wharfgate_file_reloads_total",
                        "Changed files that were taken into force, or refused.",
                        "file",
                        "result")
                .read(adoptions::adopted, name, "adopted")
                .read(adoptions::refused, name, "refused");
        metrics.gauges(
                        "wharfgate_file_in_force",
                        "1 while what is in the file is in force, 0 while it was refused and something older is.",
                        "file")
                .read(() -> adoptions.inForce() ? 1 : 0, name);
        metrics.gauges(
                        "wharfgate_file_adopted_timestamp_seconds",
                        "When the file was taken into force last, in seconds since 1970.",
                        "file")
                .read(() -> adoptions.lastAdopted().toEpochMilli() / 1e3, name);
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
