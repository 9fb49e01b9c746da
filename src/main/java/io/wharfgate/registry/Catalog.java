package io.wharfgate.registry;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repositories that hold at least one manifest. Kept in memory: the storage is walked once, in the background after
 * {@link Registry#open}, and the list is kept in step with writes from then on. What another process writes shows after
 * a restart. Safe for use by any thread.
 */
public final class Catalog {

    private static final Logger log = LoggerFactory.getLogger(Catalog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final ObjectStore store;
    private final Revisions revisions;
    private final RepositoryLocks locks;
    private final Duration patience;
    private final Duration retry;
    private final NavigableMap<String, RepositoryName> repositories = new ConcurrentSkipListMap<>();
    private final CountDownLatch built = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    Catalog(ObjectStore store, Revisions revisions, RepositoryLocks locks) {
        this(store, revisions, locks, PATIENCE, RETRY);
    }

    /**
     * @param patience how long a request waits for the walk to end
     * @param retry pause after a walk that failed
     */
    Catalog(ObjectStore store, Revisions revisions, RepositoryLocks locks, Duration patience, Duration retry) {
        this.store = store;
        this.revisions = revisions;
        this.locks = locks;
        this.patience = patience;
        this.retry = retry;
    }

    /**
     * A page of the repositories, in ASCII order of their names. Waits a while when the storage is still being walked.
     *
     * @param n most repositories of the page; without it, all
     * @param last begin after this; it need not be there, nor be a name
     * @throws RegistryException PAGINATION_NUMBER_INVALID when n is negative; UNAVAILABLE while the walk has not ended
     */
    public Page<RepositoryName> page(OptionalInt n, Optional<String> last) throws IOException {
        PageCollector<RepositoryName> page = new PageCollector<>(n);
        awaitBuilt();
        for (RepositoryName name :
                (last.isPresent() ? repositories.tailMap(last.get(), false) : repositories).values()) {
            if (!page.wantsMore()) {
                break;
            }
            page.add(name);
        }
        return page.page();
    }

    /** Begins to walk the storage. */
    void open() {
        Thread thread = new Thread(this::build, "catalog");
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

    /** The repository has a manifest. The caller holds its lock. */
    void add(RepositoryName name) {
        repositories.put(name.value(), name);
    }

    /** The repository has no manifest any more. The caller holds its lock. */
    void remove(RepositoryName name) {
        repositories.remove(name.value());
    }

    /** An incomplete list would pass for a complete one: rather none until the whole storage can be read. */
    private void build() {
        try {
            do {
                try {
                    walk(RegistryLayout.REPOSITORIES, "");
                    if (closed.getCount() > 0) {
                        built.countDown();
                    }
                    return;
                } catch (IOException | RuntimeException e) {
                    log.error("repositories cannot be listed; trying again seconds={}", retry.toSeconds(), e);
                }
            } while (!closed.await(retry.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void walk(ObjectKey directory, String name) throws IOException {
        for (ObjectStore.Child child : store.list(directory)) {
            if (closed.getCount() == 0) {
                return;
            }
            String below = name.isEmpty() ? child.name() : name + "/" + child.name();
            if (child.container() && child.name().equals(RegistryLayout.MANIFESTS_DIRECTORY) && !name.isEmpty()) {
                addIfAny(new RepositoryName(name));
            } else if (child.container() && RepositoryName.isValid(below)) {
                walk(directory.child(child.name()), below);
            }
        }
    }

    /** Under the lock: the repository may lose its last manifest between the look and the entry. */
    private void addIfAny(RepositoryName name) throws IOException {
        Lock lock = locks.of(name);
        lock.lock();
        try {
            if (revisions.any(name)) {
                add(name);
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitBuilt() {
        try {
            if (built.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(
                RegistryError.UNAVAILABLE, "the list of repositories is still being made; try again in a while");
    }
}
