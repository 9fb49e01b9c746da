package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.BulkDeletion;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectReader;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import io.wharfgate.storage.StagedWrite;
import io.wharfgate.storage.Stamp;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects as files below a root directory, at the paths that their keys spell. Small objects are written to a temporary
 * file and renamed; staged ones grow where they lie, as CNCF distribution's uploads do, and are renamed. Files,
 * directories and all parents that had to be made are fsynced before a write returns.
 *
 * <p>Several processes may use one root. One that can only be read serves reads.
 */
public final class FilesystemStore implements ObjectStore {

    private static final Logger log = LoggerFactory.getLogger(FilesystemStore.class);

    private final StorageRoot root;
    private final Directories directories;
    private final TemporaryFiles temporary;
    private final FileStamps stamps;
    private final ExecutorService writeback = WritebackThreads.start();

    private FilesystemStore(StorageRoot root, Clock clock) {
        this.root = root;
        this.directories = new Directories(root);
        this.temporary = new TemporaryFiles(root, directories);
        this.stamps = new FileStamps(root.path().getFileSystem(), clock);
    }

    /**
     * Opens the store in that directory, which is made when it is missing, and deletes temporary files that a crash
     * has left.
     *
     * @throws IOException when the directory is neither there nor can be made
     */
    public static FilesystemStore open(Path directory) throws IOException {
        return open(directory, Clock.systemUTC());
    }

    /**
     * The same.
     *
     * @param clock says which files have not been changed for long enough to have a {@link #stamp}
     */
    public static FilesystemStore open(Path directory, Clock clock) throws IOException {
        FilesystemStore store = new FilesystemStore(StorageRoot.open(directory), clock);
        try {
            store.temporary.deleteStale(Instant.now());
        } catch (IOException e) {
            log.warn(
                    "temporary files of an earlier run cannot be deleted; pulls work, pushes may not reason={}",
                    e.toString());
        }
        return store;
    }

    @Override
    public OptionalLong size(ObjectKey key) throws IOException {
        return length(root.resolve(key));
    }

    @Override
    public Optional<Instant> modified(ObjectKey key) throws IOException {
        return file(root.resolve(key))
                .map(attributes -> attributes.lastModifiedTime().toInstant());
    }

    @Override
    public ObjectReader open(ObjectKey key) throws IOException {
        FileChannel channel = openExisting(key, StandardOpenOption.READ);
        try {
            return new FileReader(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A directory can be opened too, and shows when it is read: that spares a look at each file before. */
    @Override
    public byte[] read(ObjectKey key, int limit) throws IOException {
        try (FileChannel channel = channel(key, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > 0 && size <= limit) {
                return readFile(key, channel, (int) size);
            }
            requireFile(key);
            if (size > limit) {
                throw new ObjectTooLargeException(key, size, limit);
            }
            return new byte[0];
        }
    }

    private byte[] readFile(ObjectKey key, FileChannel channel, int size) throws IOException {
        try {
            return FileBytes.read(channel, size);
        } catch (IOException e) {
            requireFile(key);
            throw e;
        }
    }

    @Override
    public void put(ObjectKey key, byte[] content) throws IOException {
        try {
            Path file = temporary.write(content);
            try {
                Path target = root.resolve(key);
                directories.durableEntryIn(parent(target), () -> rename(file, target));
            } catch (IOException e) {
                TemporaryFiles.discard(file, e);
                throw e;
            }
        } catch (IOException e) {
            throw DiskErrors.told(e);
        }
    }

    @Override
    public StagedWrite stage(ObjectKey key) throws IOException {
        Path file = root.resolve(key);
        try {
            return staged(
                    file,
                    directories.durableEntryIn(
                            parent(file),
                            () -> FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)));
        } catch (IOException e) {
            throw DiskErrors.told(e);
        }
    }

    @Override
    public StagedWrite resume(ObjectKey key) throws IOException {
        return staged(root.resolve(key), openExisting(key, StandardOpenOption.WRITE));
    }

    @Override
    public void delete(ObjectKey key) throws IOException {
        Path file = root.resolve(key);
        if (deleted(file)) {
            directories.pruneFrom(parent(file));
        }
    }

    @Override
    public BulkDeletion deleteMany() {
        Set<Path> changed = new HashSet<>();
        return new BulkDeletion() {
            @Override
            public void delete(ObjectKey key) throws IOException {
                Path file = root.resolve(key);
                if (deleted(file)) {
                    // Those above are looked at once for all of their entries: at the end.
                    changed.add(directories.removeOne(parent(file)));
                }
            }

            @Override
            public void finish() throws IOException {
                for (Path directory : changed) {
                    directories.pruneFrom(directory);
                }
                changed.clear();
            }
        };
    }

    /** Whether there was something to delete. It may have been an empty directory, which is nobody's. */
    private boolean deleted(Path file) throws IOException {
        try {
            if (Files.deleteIfExists(file)) {
                return true;
            }
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            if (!DiskErrors.notADirectory(e)) {
                throw e;
            }
        }
        root.requirePresent();
        return false;
    }

    @Override
    public void prune(ObjectKey prefix) throws IOException {
        Path top = root.resolve(prefix);
        if (Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
            EmptyDirectories.delete(top);
            directories.pruneFrom(parent(top));
        } else {
            root.requirePresent();
        }
    }

    @Override
    public void deleteTree(ObjectKey prefix) throws IOException {
        Path top = root.resolve(prefix);
        if (Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
            TreeDeletion.delete(top);
            directories.pruneFrom(parent(top));
        } else {
            root.requirePresent();
        }
    }

    @Override
    public List<Child> list(ObjectKey prefix) throws IOException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(prefix))) {
            for (Path entry : entries) {
                children.add(new Child(String.valueOf(entry.getFileName()), Files.isDirectory(entry)));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException e) {
            root.requirePresent();
        }
        children.sort(Comparator.comparing(Child::name));
        return children;
    }

    /**
     * Without a look at each entry: Java tells a file from a directory only by asking for it. {@code File.list} makes the names
     * in native code, which is more than twice as fast for 50,000 of them while nothing is compiled yet. It takes a failing
     * disk for the end, though, so it is believed only where the directory itself knows how many there are.
     */
    @Override
    public List<String> names(ObjectKey prefix) throws IOException {
        Path directory = root.resolve(prefix);
        String[] listed = directory.toFile().list();
        if (listed != null && listed.length == Directories.subdirectories(directory)) {
            return Arrays.asList(listed);
        }
        int before = directory.toString().length() + 1;
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(entry.toString().substring(before));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException e) {
            root.requirePresent();
        }
        return names;
    }

    /** By the directory's time of change, which has to be old enough to tell two changes apart. */
    @Override
    public Optional<String> version(ObjectKey prefix) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(root.resolve(prefix), BasicFileAttributes.class);
            Instant changed = attributes.lastModifiedTime().toInstant();
            return changed.isBefore(Instant.now().minus(FileStamps.CLOCK_STEP))
                    ? Optional.of(attributes.fileKey() + "@" + changed)
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            root.requirePresent();
            return Optional.empty();
        }
    }

    @Override
    public Optional<Stamp> stamp(ObjectKey key) throws IOException {
        return stamps.of(root.resolve(key));
    }

    @Override
    public void check() throws IOException {
        root.requirePresent();
        try {
            Files.delete(temporary.write(new byte[] {'o', 'k'}));
        } catch (IOException e) {
            throw DiskErrors.told(e);
        }
    }

    @Override
    public Optional<Space> space() throws IOException {
        root.requirePresent();
        FileStore disk = Files.getFileStore(root.path());
        return Optional.of(new Space(disk.getUsableSpace(), disk.getTotalSpace()));
    }

    @Override
    public void close() {
        writeback.shutdown();
    }

    private StagedWrite staged(Path file, FileChannel channel) throws IOException {
        try {
            Writeback ahead = new Writeback(channel, writeback, channel.size());
            return new FileStagedWrite(channel, ahead, target -> place(file, root.resolve(target)));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** An existing target of the same size stays: its readers and the page cache know it already. */
    private void place(Path file, Path target) throws IOException {
        directories.durableEntryIn(parent(target), () -> {
            OptionalLong there = length(target);
            if (there.isEmpty() || there.getAsLong() != Files.size(file)) {
                return rename(file, target);
            }
            try (FileChannel existing = FileChannel.open(target, StandardOpenOption.READ)) {
                // Another writer may have renamed it a moment ago, and CNCF distribution's are not always durable.
                existing.force(true);
            }
            touch(target);
            Files.deleteIfExists(file);
            return target;
        });
    }

    /** It is as good as written now, and is not to be taken for something that nobody wants: another process may look. */
    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            log.debug("file of another user keeps its time file={}", file, e);
        }
    }

    private static Path rename(Path from, Path to) throws IOException {
        try {
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(
                    "the storage directory must lie on one file system as a whole, with " + to.getParent() + " too", e);
        }
    }

    private FileChannel openExisting(ObjectKey key, StandardOpenOption option) throws IOException {
        // Linux lets a directory be opened for reading.
        requireFile(key);
        return channel(key, option);
    }

    private FileChannel channel(ObjectKey key, StandardOpenOption option) throws IOException {
        try {
            return FileChannel.open(root.resolve(key), option);
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || DiskErrors.notADirectory(e)) {
                root.requirePresent();
                throw new NoSuchObjectException(key);
            }
            throw e;
        }
    }

    private void requireFile(ObjectKey key) throws IOException {
        if (length(root.resolve(key)).isEmpty()) {
            throw new NoSuchObjectException(key);
        }
    }

    /** The length of a regular file, in bytes; empty when there is none. */
    private OptionalLong length(Path file) throws IOException {
        Optional<BasicFileAttributes> attributes = file(file);
        return attributes.isPresent() ? OptionalLong.of(attributes.get().size()) : OptionalLong.empty();
    }

    /** What the system says of a regular file; empty when there is none. */
    private Optional<BasicFileAttributes> file(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || DiskErrors.notADirectory(e)) {
                root.requirePresent();
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return parent;
    }
}
