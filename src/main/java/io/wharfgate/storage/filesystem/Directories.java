package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes directories durably, and clears away those that nothing is in any more. Safe for use by any thread. */
final class Directories {

    private static final int ATTEMPTS = 50;
    private static final int STRIPES = 64;

    private final StorageRoot root;
    private final Object[] stripes = new Object[STRIPES];
    // Directories with entries of which it is not known whether they are on the disk.
    private final Set<Path> owed = ConcurrentHashMap.newKeySet();

    Directories(StorageRoot root) {
        this.root = root;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /** Something that needs a directory to be there, and leaves an entry in it. */
    @FunctionalInterface
    interface Entry<T> {
        T make() throws IOException;
    }

    /** Makes the directory, does that, and makes the new entry durable. */
    <T> T durableEntryIn(Path directory, Entry<T> entry) throws IOException {
        T result = entryIn(directory, entry);
        syncIfPresent(directory);
        return result;
    }

    /** Makes the directory and does that. When a deletion clears the directory away in between, it is made again. */
    <T> T entryIn(Path directory, Entry<T> entry) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                ensure(directory);
                return entry.make();
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Clears away this directory alone, if it is empty.
     *
     * @return the one that is left, which makes the deletion durable once it is synced
     */
    Path removeOne(Path directory) throws IOException {
        try {
            return !directory.equals(root.path()) && gone(directory) ? parent(directory) : directory;
        } catch (IOException e) {
            owed.add(directory);
            throw e;
        }
    }

    /** Clears away this directory and those above it, as far as they are empty, and makes that durable. */
    void pruneFrom(Path directory) throws IOException {
        syncIfPresent(removeFrom(directory));
    }

    /**
     * Clears away this directory and those above it, as far as they are empty.
     *
     * @return the one that is left, which makes the deletion durable once it is synced
     */
    Path removeFrom(Path directory) throws IOException {
        Path at = directory;
        try {
            // To ask for the count costs less than to be refused.
            while (!at.equals(root.path()) && subdirectories(at) <= 0 && gone(at)) {
                at = parent(at);
            }
        } catch (IOException e) {
            owed.add(at);
            throw e;
        }
        return at;
    }

    /** How many directories are in it, by its links; something else where the file system does not count them so. */
    static int subdirectories(Path directory) throws IOException {
        try {
            return (Integer) Files.getAttribute(directory, "unix:nlink") - 2;
        } catch (NoSuchFileException | UnsupportedOperationException e) {
            return -1;
        }
    }

    /**
     * One directory after the other, from the root down. The lock makes a thread that finds a directory there wait for
     * the one that is just making it: to be found does not mean to be durable.
     */
    private void ensure(Path directory) throws IOException {
        if (directory.equals(root.path())) {
            root.requirePresent();
            return;
        }
        Path parent = parent(directory);
        ensure(parent);
        synchronized (stripes[Math.floorMod(directory.hashCode(), STRIPES)]) {
            if (!Files.isDirectory(directory)) {
                create(directory);
                sync(parent);
            }
        }
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            // Another process may have been faster; or a file is in the way.
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    private static boolean gone(Path directory) throws IOException {
        try {
            Files.delete(directory);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            if (DiskErrors.notADirectory(e)) {
                return true;
            }
            throw e;
        }
    }

    /** A directory that is gone has nothing that could be lost. */
    private void syncIfPresent(Path directory) throws IOException {
        try {
            sync(directory);
        } catch (NoSuchFileException e) {
            // cleared away meanwhile, with the entry: somebody deleted it after it was made
        }
    }

    /**
     * First those where it has failed before: who tries again finds the entry there, and would take it for durable. As long as
     * the disk refuses, nothing is acknowledged.
     */
    private void sync(Path directory) throws IOException {
        for (Iterator<Path> all = owed.iterator(); all.hasNext(); ) {
            Path earlier = all.next();
            try {
                force(earlier);
            } catch (NoSuchFileException e) {
                // gone, with all that was in it
            }
            all.remove();
        }
        try {
            force(directory);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            owed.add(directory);
            throw e;
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException("path lies outside the storage root");
        }
        return parent;
    }
}
