package io.wharfgate.registry;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repositories that hold at least one manifest. Kept in memory: the storage is walked once, in the background after
 * {@link Registry#open}, and the list is kept in step with writes from then on. What another process writes shows after
 * the next walk, of which there is one now and then. Safe for use by any thread.
 */
public final class Catalog {

    private static final Logger log = LoggerFactory.getLogger(Catalog.class);

    /** Comes after every name. */
    private static final String END = "\uffff";

    /** How many directories are passed before those who wait for a page look again. */
    private static final int STRIDE = 64;

    private final ObjectStore store;
    private final Revisions revisions;
    private final RepositoryLocks locks;
    private final Timing timing;
    private final NavigableMap<String, RepositoryName> repositories = new ConcurrentSkipListMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object progress = new Object();

    /** The first walk has passed all names up to this one. Written by the walk alone. */
    private volatile String passed = "";

    Catalog(ObjectStore store, Revisions revisions, RepositoryLocks locks) {
        this(store, revisions, locks, Timing.STANDARD);
    }

    Catalog(ObjectStore store, Revisions revisions, RepositoryLocks locks, Timing timing) {
        this.store = store;
        this.revisions = revisions;
        this.locks = locks;
        this.timing = timing;
    }

    /**
     * When things are done.
     *
     * @param patience how long a request waits for the walk
     * @param retry pause after a walk that failed
     * @param refresh pause after one that did not
     */
    record Timing(Duration patience, Duration retry, Duration refresh) {
        static final Timing STANDARD =
                new Timing(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMinutes(10));
    }

    /** {@link #page(OptionalInt, Optional, Predicate)} of all repositories. */
    public Page<RepositoryName> page(OptionalInt n, Optional<String> last) {
        return page(n, last, name -> true);
    }

    /**
     * A page of the repositories, in ASCII order of their names. Waits a while when the storage is still being walked
     * and has not been as far as the page goes.
     *
     * @param n most repositories of the page; without it, all
     * @param last begin after this; it need not be there, nor be a name
     * @param visible the repositories that are listed; of others nothing shows, neither in the page's length nor in whether
     *     there are more
     * @throws RegistryException PAGINATION_NUMBER_INVALID when n is negative; UNAVAILABLE while the walk has not ended
     */
    public Page<RepositoryName> page(OptionalInt n, Optional<String> last, Predicate<RepositoryName> visible) {
        long deadline = System.nanoTime() + timing.patience().toNanos();
        PageCollector<RepositoryName> page = new PageCollector<>(n);
        String from = last.orElse("");
        while (true) {
            // In this order: what is passed is in the list.
            String known = passed;
            if (n.isPresent() || known.equals(END)) {
                collect(page, from, known, visible);
                if (known.equals(END) || !page.wantsMore()) {
                    return page.page();
                }
                // Nobody is asked about a name twice: to tell whether it is visible may take long, and most may not be.
                from = known.compareTo(from) > 0 ? known : from;
            }
            awaitMore(known, deadline);
        }
    }

    private void collect(
            PageCollector<RepositoryName> page, String from, String known, Predicate<RepositoryName> visible) {
        if (from.compareTo(known) >= 0) {
            return;
        }
        for (RepositoryName name : repositories.subMap(from, false, known, true).values()) {
            if (!page.wantsMore()) {
                return;
            }
            if (visible.test(name)) {
                page.add(name);
            }
        }
    }

    /** Begins to walk the storage. */
    void open() {
        Thread thread = new Thread(this::run, "catalog");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the walk, if it still goes on. */
    void close() {
        closed.countDown();
    }

    /** Whether the repository is known to have a manifest; before the walk has ended, it may have one all the same. */
    boolean has(RepositoryName name) {
        return repositories.containsKey(name.value());
    }

    /** The repositories that are known. */
    Collection<RepositoryName> known() {
        return repositories.values();
    }

    /** The repository has a manifest. The caller holds its lock. */
    void add(RepositoryName name) {
        repositories.put(name.value(), name);
    }

    /** The repository has no manifest any more. The caller holds its lock. */
    void remove(RepositoryName name) {
        repositories.remove(name.value());
    }

    /** An incomplete list would pass for a complete one: rather none until the whole storage can be read. */
    private void run() {
        try {
            Duration pause;
            do {
                try {
                    walk();
                    pause = timing.refresh();
                } catch (IOException | RuntimeException e) {
                    pause = timing.retry();
                    log.error("repositories cannot be listed; trying again seconds={}", pause.toSeconds(), e);
                }
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void walk() throws IOException {
        CatalogWalk walk = new CatalogWalk(store);
        Set<RepositoryName> seen = new HashSet<>();
        for (int count = 1; walk.hasNext(); count++) {
            if (closed.getCount() == 0) {
                return;
            }
            CatalogWalk.Stop stop = walk.next();
            if (stop.repository()) {
                seen.add(stop.name());
                correct(stop.name());
            }
            if (count % STRIDE == 0) {
                pass(stop.name().value());
            }
        }
        for (RepositoryName name : repositories.values()) {
            if (!seen.contains(name)) {
                correct(name);
            }
        }
        pass(END);
    }

    /** Under the lock: the repository may get its first manifest, or lose its last, between the look and the entry. */
    private void correct(RepositoryName name) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            if (revisions.any(name)) {
                add(name);
            } else {
                remove(name);
            }
        } finally {
            lock.unlock();
        }
    }

    private void pass(String name) {
        if (name.compareTo(passed) > 0) {
            synchronized (progress) {
                passed = name;
                progress.notifyAll();
            }
        }
    }

    private void awaitMore(String known, long deadline) {
        try {
            synchronized (progress) {
                for (long left = 1; passed.equals(known) && left > 0; ) {
                    left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (left > 0) {
                        progress.wait(left);
                    }
                }
                if (!passed.equals(known)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(
                RegistryError.UNAVAILABLE, "the list of repositories is still being made; try again in a while");
    }
}
