package io.wharfgate.files;

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
 * Keeps two editors of one file apart, in one process and across processes.
 *
 * <p>The lock is on a file beside it, which stays when the lock is released. A lock on the file itself would not do:
 * each edit puts a new file in its place, and who has waited would then hold the lock of a file that nobody sees any more. Safe
 * for use by any thread; but let no process edit one file on several threads while other processes do: Linux gives up all of a
 * process's locks on a file when it closes any of its channels to it.
 */
public final class EditLock {

    private static final Logger LOG = LoggerFactory.getLogger(EditLock.class);

    private static final long PAUSE_MILLIS = 25;

    private final Path file;
    private final Path lockFile;
    private final Duration patience;

    /**
     * @param file the file that is edited, its symbolic links followed; it need not exist
     * @param patience how long to wait for another editor
     */
    public EditLock(Path file, Duration patience) {
        this.file = file;
        this.lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
        this.patience = patience;
    }

    /** Something done while the lock is held. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /**
     * Waits for the lock, does the work, and releases the lock, whatever becomes of the work.
     *
     * @throws FileEditException when there is no lock to be had
     * @throws IOException as the work throws it
     */
    public void during(Work work) throws IOException {
        long start = System.nanoTime();
        while (!tryDuring(work)) {
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new FileEditException(String.format(
                        "another command has been changing %s for %d s and holds %s; let it end, then try again",
                        file, patience.toSeconds(), lockFile));
            }
            pause();
        }
    }

    /** Closing the channel releases the lock. */
    private boolean tryDuring(Work work) throws IOException {
        try (FileChannel channel = open()) {
            if (!lock(channel)) {
                return false;
            }
            work.run();
            return true;
        }
    }

    private FileChannel open() throws FileEditException {
        try {
            FileChannel channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    Ownership.forNew(lockFile));
            shareWithOwner();
            return channel;
        } catch (AccessDeniedException e) {
            throw new FileEditException(
                    String.format(
                            "%s cannot be written by user %s; run the command as the owner of %s",
                            lockFile, System.getProperty("user.name"), file),
                    e);
        } catch (IOException e) {
            throw cannotLock(e);
        }
    }

    private FileEditException cannotLock(IOException e) {
        return new FileEditException(lockFile + " cannot be locked: " + e.getMessage(), e);
    }

    /** So that a lock file made by root does not shut out the file's owner later. */
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

    private boolean lock(FileChannel channel) throws FileEditException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return false;
        } catch (IOException e) {
            throw cannotLock(e);
        }
    }

    private void pause() throws FileEditException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FileEditException("interrupted while waiting for " + lockFile + "; nothing was changed");
        }
    }
}
