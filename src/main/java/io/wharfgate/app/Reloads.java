package io.wharfgate.app;

import io.wharfgate.config.ConfigurationException;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.Revision;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the service runs: takes over all that can be without a restart, or nothing, and says which
 * keys changed, never their values. One at a time, on a thread of its own. Who asks while one runs gets one more after it, so that
 * whatever he has changed before is read. Thread-safe.
 */
final class Reloads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private final Wharfgate service;
    private final SystemdNotify systemd;
    private final ReloadCount count;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "reload");
        made.setDaemon(true);
        return made;
    });
    private LoadedConfiguration inForce;

    /**
     * @param inForce what the service was started with
     * @param count told of each
     */
    Reloads(LoadedConfiguration inForce, Wharfgate service, SystemdNotify systemd, ReloadCount count) {
        this.inForce = inForce;
        this.service = service;
        this.systemd = systemd;
        this.count = count;
    }

    /** Begins soon; before the service has started, when it has. */
    void ask() {
        if (asked.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    private void run() {
        try {
            if (!service.awaitStarted()) {
                return;
            }
            asked.set(false);
            systemd.reloading();
            Optional<String> trouble = reload();
            String status = "serving " + service.url();
            systemd.reloaded(trouble.map(why -> status + "; " + why).orElse(status));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            count.failed();
            LOG.error("reload failed; what was in force may be in force only in part", e);
            systemd.reloaded("serving " + service.url() + "; a reload failed, see the log");
        }
    }

    /** In words for systemd: what has failed. */
    private Optional<String> reload() {
        LOG.info("reload begins");
        try {
            Revision revision = inForce.reread();
            service.reload(revision.next().config());
            Logging.change(revision.next().config().log());
            inForce = revision.next();
            count.succeeded();
            tell(revision);
            return revision.needRestart().isEmpty()
                    ? Optional.empty()
                    : Optional.of("a restart is needed for " + String.join(", ", revision.needRestart()));
        } catch (ConfigurationException e) {
            e.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
            return refused(e.errors().stream().map(Object::toString).toList());
        } catch (StartException e) {
            return refused(String.valueOf(e.getMessage()).lines().toList());
        }
    }

    private void tell(Revision revision) {
        revision.next().warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
        LOG.info(
                "reloaded changed=\"{}\" needs_restart=\"{}\" configuration=\"{}\"",
                String.join(", ", revision.changed()),
                String.join(", ", revision.needRestart()),
                revision.next().source());
        if (!revision.needRestart().isEmpty()) {
            LOG.warn(
                    "changed in the configuration, but in force only after a restart keys=\"{}\"",
                    String.join(", ", revision.needRestart()));
        }
    }

    private Optional<String> refused(List<String> mistakes) {
        count.failed();
        mistakes.forEach(mistake -> LOG.error("reload refused: {}", mistake));
        LOG.error("not reloaded: everything stays as it was mistakes={}", mistakes.size());
        return Optional.of("the reload at " + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + " was refused, see the log: " + mistakes.get(0));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
