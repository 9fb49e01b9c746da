package io.wharfgate.auth.htpasswd;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two editors of one password file apart, in one process and across processes.
 *
 * <p>The lock is on a file beside it, which stays when the lock is released. A lock on the password file itself would not do:
 * each edit puts a new file in its place, and who has waited would then hold the lock of a file that nobody sees any more.
 */
final class EditLock {

    private static final Logger LOG = LoggerFactory.getLogger(EditLock.class);

    private static final long PAUSE_MILLIS = 25;

    private final Path file;
    private final Path lockFile;
    private final Duration patience;

    /**
     * @param file the password file, its symbolic links followed; it need not exist
     * @param patience how long to wait for another editor
     */
    EditLock(Path file, Duration patience) {
        this.file = file;
        this.lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
        this.patience = patience;
    }

    /** Something done while the lock is held. */
    interface Work {
        void run() throws HtpasswdException;
    }

    /** Waits for the lock, does the work, and releases the lock, whatever becomes of the work. */
    void during(Work work) throws HtpasswdException {
        long start = System.nanoTime();
        while (!tryDuring(work)) {
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new HtpasswdException(String.format(
                        "another command has been changing %s for %d s and holds %s; let it end, then try again",
                        file, patience.toSeconds(), lockFile));
            }
            pause();
        }
    }

    /** Closing the channel releases the lock. */
    private boolean tryDuring(Work work) throws HtpasswdException {
        try (FileChannel channel = open()) {
            if (!lock(channel)) {
                return false;
            }
            work.run();
            return true;
        } catch (HtpasswdException e) {
            throw e;
        } catch (IOException e) {
            throw new HtpasswdException(lockFile + " cannot be locked: " + e.getMessage(), e);
        }
    }

    private FileChannel open() throws IOException {
        try {
            FileChannel channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    Ownership.forNew(lockFile));
            shareWithOwner();
            return channel;
        } catch (AccessDeniedException e) {
            throw new HtpasswdException(
                    String.format(
                            "%s cannot be written by user %s; run the command as the owner of %s",
                            lockFile, System.getProperty("user.name"), file),
                    e);
        }
    }

    /** So that a lock file made by root does not shut out the password file's owner later. */
    private void shareWithOwner() {
        try {
            Optional<Ownership> ownership = Ownership.of(file);
            if (ownership.isPresent()) {
                ownership.get().ownerOnly().applyTo(lockFile);
            }
        } catch (IOException e) {
            // Not ours to give away. Whoever may write it locks it all the same.
            LOG.debug("lock_not_shared path={}", lockFile, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return false;
        }
    }

    private void pause() throws HtpasswdException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HtpasswdException("interrupted while waiting for " + lockFile + "; nothing was changed");
        }
    }
}
