package io.wharfgate.registry.rules;

import io.wharfgate.control.Task;
import io.wharfgate.files.Adoptions;
import io.wharfgate.registry.Oversight;
import io.wharfgate.registry.Registry;
import io.wharfgate.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage rules at work on one registry. First {@link #open}, then the registry is made with the {@link #oversight}, then
 * {@link #start}. Safe for use by any thread.
 */
public final class StorageRules implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(StorageRules.class);

    private final ObjectStore store;
    private volatile Optional<RulesFile> file;
    private final QuotaLedger ledger;
    private final PullTimes pulls;
    private final UsageFile usage;
    private final Clock clock;
    private Optional<Registry> registry = Optional.empty();
    private Optional<QuotaCount> count = Optional.empty();

    private StorageRules(ObjectStore store, Optional<RulesFile> file, Clock clock) {
        this.store = store;
        this.file = file;
        this.clock = clock;
        this.ledger = new QuotaLedger(clock);
        this.pulls = new PullTimes(store, clock);
        this.usage = new UsageFile(store);
    }

    /**
     * Takes what is known from before.
     *
     * @param store stays the caller's to close, after this
     * @param file empty: there are no rules, and never will be
     * @throws IOException when the storage cannot be read
     */
    public static StorageRules open(ObjectStore store, Optional<RulesFile> file, Clock clock) throws IOException {
        var rules = new StorageRules(store, file, clock);
        rules.ledger.use(rules.current().quotas(), rules.usage.read());
        return rules;
    }

    private Rules current() {
        return file.map(RulesFile::current).orElse(Rules.NONE);
    }

    /** What the registry has to ask and to tell. */
    public Oversight oversight() {
        return new Oversight((name, tag) -> current().fixedBy(name, tag), ledger, pulls);
    }

    /**
     * Begins to work in the background.
     *
     * @param made the registry that was made with {@link #oversight}
     */
    public synchronized void start(Registry made) throws IOException {
        pulls.since();
        QuotaCount counting = new QuotaCount(store, made.holdings(), ledger);
        counting.start();
        counting.request();
        registry = Optional.of(made);
        count = Optional.of(counting);
    }

    /** Counts in the calling thread, if there are quotas: for a process that changes the storage, and does not {@link #start}. */
    public void count(Registry made) throws IOException {
        if (!ledger.isEmpty()) {
            new QuotaCount(store, made.holdings(), ledger).count();
        }
    }

    /** The tasks of operators, by name. They need no {@link #start}. */
    public Map<String, Task> tasks(Registry made) {
        Supplier<Rules> current = this::current;
        return Map.of(
                "retention", new RetentionTask(store, made, pulls, current, clock),
                "usage", new UsageTask(store, made.holdings(), ledger));
    }

    /**
     * A collection before which retention runs, where there are rules for it. Retention that fails is no reason not to collect:
     * what is garbage without it is garbage.
     */
    public Task before(Task collection, Task retention) {
        return (arguments, out) -> {
            int retained = 0;
            if (!current().retention().isEmpty()) {
                try {
                    retained = retention.run(Map.of(), out);
                } catch (IOException e) {
                    LOG.error("retention failed", e);
                    out.warning("retention failed: " + e.getMessage());
                    retained = 1;
                }
            }
            return Math.max(retained, collection.run(arguments, out));
        };
    }

    /** A task that changes what repositories hold without telling; after it all is counted anew. */
    public Task counted(Task changing) {
        return (arguments, out) -> {
            try {
                return changing.run(arguments, out);
            } finally {
                recount();
            }
        };
    }

    /** How many quotas there are. */
    public long quotas() {
        return ledger.statements().size();
    }

    /**
     * How many of them are used up to that part.
     *
     * @param part 1 for those that are full
     */
    public long quotasUsed(double part) {
        return ledger.statements().stream()
                .filter(account -> account.used() >= part)
                .count();
    }

    /** How often the file was taken into force; empty where there is none. */
    public Optional<Adoptions> adoptions() {
        return file.map(RulesFile::adoptions);
    }

    /** Follows the file; for a timer. */
    public void poll() {
        if (file.map(RulesFile::poll).orElse(false)) {
            use();
        }
    }

    /**
     * Reads the rules now, perhaps those of another file.
     *
     * @return puts them into force
     * @throws InvalidRulesException when they have mistakes; those from before stay in force
     */
    public Runnable prepare(Optional<Path> path) throws InvalidRulesException {
        Optional<RulesFile> before = file;
        Optional<RulesFile> next = Optional.empty();
        if (path.isPresent()) {
            next = Optional.of(before.isPresent() ? before.get().reopened(path.get()) : RulesFile.open(path.get()));
        }
        Optional<RulesFile> taken = next;
        return () -> {
            file = taken;
            use();
        };
    }

    private synchronized void recount() {
        count.ifPresent(QuotaCount::request);
    }

    private synchronized void use() {
        if (ledger.use(current().quotas(), Map.of())) {
            recount();
        }
    }

    /** Writes down what is known; for a timer, once a minute or so. */
    public void write() {
        ledger.forgetIdleUploads();
        ledger.takeChanged().ifPresent(statements -> {
            try {
                usage.write(statements);
            } catch (IOException e) {
                ledger.notTaken();
                LOG.error(
                        "use of quotas cannot be written down; after a restart it is counted reason={}", e.toString());
            }
        });
        started().ifPresent(made -> pulls.write(made.holdings()));
    }

    private synchronized Optional<Registry> started() {
        return registry;
    }

    @Override
    public void close() {
        synchronized (this) {
            count.ifPresent(QuotaCount::close);
        }
        write();
    }
}
