package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Holdings;
import io.wharfgate.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in the background what the repositories hold: when the service starts, when a quota is new, after a collection, and
 * now and then, as another process may write to the same storage. Requests go on meanwhile, by what was known before.
 */
final class QuotaCount implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaCount.class);
    private static final Duration AGAIN = Duration.ofHours(6);
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final ObjectStore store;
    private final Holdings holdings;
    private final QuotaLedger ledger;
    private final Semaphore asked = new Semaphore(0);
    private volatile boolean closed;

    QuotaCount(ObjectStore store, Holdings holdings, QuotaLedger ledger) {
        this.store = store;
        this.holdings = holdings;
        this.ledger = ledger;
    }

    void start() {
        Thread thread = new Thread(this::run, "quota-count");
        thread.setDaemon(true);
        thread.start();
    }

    /** Counts soon; once more, if it is counting already. */
    void request() {
        asked.release();
    }

    @Override
    public void close() {
        closed = true;
        asked.release();
    }

    private void run() {
        Duration pause = AGAIN;
        try {
            while (!closed) {
                if (asked.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    asked.drainPermits();
                }
                pause = closed || ledger.isEmpty() || counted() ? AGAIN : RETRY;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean counted() {
        try {
            long start = System.nanoTime();
            if (count()) {
                LOG.info("quotas_counted duration_ms={}", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
            return true;
        } catch (IOException | RuntimeException e) {
            ledger.abandonCount();
            LOG.error(
                    "quotas cannot be counted; what was known before stays in force, trying again seconds={}",
                    RETRY.toSeconds(),
                    e);
            return false;
        }
    }

    /** Counts everything once. Gives false when it was closed before the end. */
    boolean count() throws IOException {
        ledger.beginCount();
        CatalogWalk walk = new CatalogWalk(store);
        while (walk.hasNext() && !closed) {
            count(walk.next().name());
        }
        while (!closed && !ledger.endCount()) {
            for (RepositoryName name : ledger.ahead()) {
                count(name);
            }
        }
        return !closed;
    }

    private void count(RepositoryName name) throws IOException {
        if (ledger.concern(name)) {
            holdings.read(name, held -> ledger.count(name, held));
        }
    }
}
