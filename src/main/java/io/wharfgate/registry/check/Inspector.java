package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.Mending;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What every look at something needs. Safe for use by any thread. */
final class Inspector {

    /** As many damaged blobs as are remembered: more would say nothing new about the disk. */
    private static final int MOST_DAMAGED = 100_000;

    /** The same for content that is right, though another size or digest stands for it somewhere. */
    private static final int MOST_RIGHT = 100_000;

    private static final int LONGEST_LINK = 1 << 20;

    private final Content content;
    private final Quarantine quarantine;
    private final Mending mending;
    private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();
    private final Set<List<Digest>> right = ConcurrentHashMap.newKeySet();

    Inspector(Content content, Quarantine quarantine, Mending mending) {
        this.content = content;
        this.quarantine = quarantine;
        this.mending = mending;
    }

    Content content() {
        return content;
    }

    ObjectStore store() {
        return content.store();
    }

    Quarantine quarantine() {
        return quarantine;
    }

    Mending mending() {
        return mending;
    }

    /** That blob is known not to be what it should. */
    void damaged(Digest blob) {
        if (damaged.size() < MOST_DAMAGED) {
            damaged.add(blob);
        }
    }

    Set<Digest> damaged() {
        return damaged;
    }

    /** Whether a blob is there, and nothing is known against it. */
    boolean usable(Digest blob) throws IOException {
        return !damaged.contains(blob) && content.exists(blob);
    }

    /** What is wrong with a link in whose path that digest is; also a look at what it points to, where that is not the same. */
    Optional<Suspicion> judge(RepositoryName name, ObjectKey link, Digest own, Pointer pointer) throws IOException {
        if (pointer instanceof Pointer.Damaged broken) {
            Finding finding = Finding.of(Kind.LINK_DAMAGED, link, "the link " + broken.seen());
            return Optional.of(rewrite(finding.in(name).about(own), link, own));
        }
        if (pointer instanceof Pointer.To to && !to.target().equals(own) && !alias(own, to.target())) {
            Finding finding = Finding.of(Kind.LINK_WRONG, link, "the link holds " + to.target());
            return Optional.of(rewrite(finding.in(name).about(own), link, own));
        }
        return Optional.empty();
    }

    /** Distribution keeps what was pushed by its sha512 under its sha256, and links the one to the other. */
    private boolean alias(Digest own, Digest target) throws IOException {
        if (own.algorithm() == target.algorithm()) {
            return false;
        }
        try {
            return holds(target, own);
        } catch (NoSuchObjectException e) {
            return true;
        }
    }

    /**
     * Whether what lies there for one digest has the other. Read once: a second look is made while pushes to the repository
     * wait, and what is read then may be gigabytes.
     *
     * @throws NoSuchObjectException when nothing lies there
     */
    boolean holds(Digest blob, Digest other) throws IOException {
        List<Digest> both = List.of(blob, other);
        if (right.contains(both) && content.exists(blob)) {
            return true;
        }
        boolean holds =
                content.digest(RegistryLayout.blobData(blob), other.algorithm()).equals(other);
        if (holds && right.size() < MOST_RIGHT) {
            right.add(both);
        }
        return holds;
    }

    private Suspicion rewrite(Finding finding, ObjectKey link, Digest own) {
        return new Suspicion(finding, () -> {
            keep(link, finding);
            write(link, own);
            return true;
        });
    }

    void write(ObjectKey link, Digest target) throws IOException {
        store().put(link, target.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Keeps a copy of a small file that is going to be another. Nothing is kept of what is not there. */
    void keep(ObjectKey key, Finding why) throws IOException {
        try {
            quarantine.keep(key, store().read(key, LONGEST_LINK), why);
        } catch (NoSuchObjectException e) {
            // nothing that could be lost
        }
    }

    /** Puts a small file aside. */
    Suspicion putAside(Finding finding, ObjectKey key) {
        return new Suspicion(finding, () -> {
            keep(key, finding);
            store().delete(key);
            return true;
        });
    }
}
