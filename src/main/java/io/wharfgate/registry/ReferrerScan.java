package io.wharfgate.registry;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the index of referrers by manifests that it does not know: those of a directory that another registry wrote,
 * and those that one pushes beside us. Each manifest is read once; which they are is kept in the storage. Safe for use
 * by any thread.
 */
final class ReferrerScan {

    private static final Logger log = LoggerFactory.getLogger(ReferrerScan.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int STRIPES = 64;

    private final Revisions revisions;
    private final ReferrerIndex index;
    private final ScannedManifests scanned;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    ReferrerScan(Revisions revisions, ReferrerIndex index, ScannedManifests scanned) {
        this.revisions = revisions;
        this.index = index;
        this.scanned = scanned;
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * Sees to it that the index has every manifest of the repository.
     *
     * @throws RegistryException UNAVAILABLE while another request has been at it for long
     */
    void complete(RepositoryName name) throws IOException {
        if (upToDate(name)) {
            return;
        }
        ReentrantLock lock = locks[Math.floorMod(name.hashCode(), STRIPES)];
        awaitTurn(lock);
        try {
            if (!upToDate(name)) {
                scan(name);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean upToDate(RepositoryName name) throws IOException {
        Optional<String> version = scanned.get(name).flatMap(ScannedManifests.Repository::version);
        return version.isPresent() && version.equals(revisions.version(name));
    }

    private void scan(RepositoryName name) throws IOException {
        Optional<String> version = revisions.version(name);
        List<Digest> known = revisions.known(name);
        if (known.isEmpty()) {
            return;
        }
        Optional<ScannedManifests.Repository> before = scanned.get(name);
        Set<Digest> done = before.isPresent() ? new HashSet<>(before.get().manifests()) : index.readScanned(name);
        boolean news = false;
        for (Digest manifest : known) {
            if (!done.contains(manifest) && add(name, manifest)) {
                done.add(manifest);
                news = true;
            }
        }
        if (news) {
            done.retainAll(new HashSet<>(known));
            index.writeScanned(name, done);
            log.info("index of referrers completed repository={} manifests={}", name, done.size());
        }
        scanned.put(name, done, version);
    }

    /** Whether the manifest is there; one that is being pushed at this moment is looked at the next time. */
    private boolean add(RepositoryName name, Digest manifest) throws IOException {
        Optional<Manifests.Stored> stored;
        try {
            stored = revisions.read(name, manifest);
        } catch (Revisions.DamagedException e) {
            log.warn("damaged manifest is left out of the index of referrers reason={}", e.getMessage());
            return true;
        }
        if (stored.isEmpty()) {
            return false;
        }
        Optional<Digest> subject = Attachment.read(stored.get().content()).subject();
        if (subject.isPresent()) {
            index.add(name, manifest, subject.get());
        }
        return true;
    }

    private static void awaitTurn(ReentrantLock lock) {
        try {
            if (lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(
                RegistryError.UNAVAILABLE, "the index of referrers is still being made; try again in a while");
    }
}
