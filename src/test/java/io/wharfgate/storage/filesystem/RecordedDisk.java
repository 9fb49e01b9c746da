package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A directory of the real disk whose paths write down all that is done to them. The store under test is none the wiser: it
 * only asks paths for their file system, as all of {@code java.nio.file} does.
 */
public final class RecordedDisk extends FileSystemProvider {

    /** What was there before the recording. */
    private static final int UNKNOWN = -3;

    private final Path root;
    private final DiskLog log;
    private final FileSystem fileSystem = new RecordedFileSystem();
    // Guarded by the log.
    private final Map<Path, Integer> files = new HashMap<>();

    RecordedDisk(Path root, DiskLog log) {
        this.root = root;
        this.log = log;
    }

    /** A directory where forcing costs nothing, and means nothing. */
    public static Path unforced(Path root) {
        return new RecordedDisk(root, new DiskLog()).path();
    }

    /** The directory, as a path that records. */
    Path path() {
        return wrap(root);
    }

    private Path wrap(Path real) {
        return (Path) Proxy.newProxyInstance(
                RecordedDisk.class.getClassLoader(),
                new Class<?>[] {Path.class, Recorded.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getFileSystem")) {
                        return fileSystem;
                    }
                    if (method.getName().equals("real")) {
                        return real;
                    }
                    Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
                    for (int i = 0; i < unwrapped.length; i++) {
                        unwrapped[i] = unwrapped[i] instanceof Recorded path ? path.real() : unwrapped[i];
                    }
                    try {
                        Object result = method.invoke(real, unwrapped);
                        return result instanceof Path path ? wrap(path) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** What tells our paths from others. */
    interface Recorded {
        Path real();
    }

    private static Path real(Path path) {
        return path instanceof Recorded recorded ? recorded.real() : path;
    }

    private Path relative(Path real) {
        return root.relativize(real);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path real = real(path);
        synchronized (log) {
            if (options.contains(StandardOpenOption.CREATE_NEW)) {
                log.attempt();
            }
            FileChannel channel = FileChannel.open(real, options, attributes);
            if (Files.isDirectory(real)) {
                return new RecordedChannel(channel, log, new DiskLog.SyncDirectory(relative(real)));
            }
            if (options.contains(StandardOpenOption.CREATE_NEW)) {
                int inode = log.size();
                files.put(real, inode);
                log.add(new DiskLog.Create(relative(real), inode));
            }
            return new RecordedChannel(channel, log, new DiskLog.Sync(files.getOrDefault(real, UNKNOWN)));
        }
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        synchronized (log) {
            log.attempt();
            Files.createDirectory(real(path), attributes);
            log.add(new DiskLog.MakeDirectory(relative(real(path))));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        synchronized (log) {
            log.attempt();
            Files.delete(real(path));
            files.remove(real(path));
            log.add(new DiskLog.Delete(relative(real(path))));
        }
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        synchronized (log) {
            log.attempt();
            Files.move(real(from), real(to), options);
            files.put(real(to), Optional.ofNullable(files.remove(real(from))).orElse(UNKNOWN));
            log.add(new DiskLog.Move(relative(real(from)), relative(real(to))));
        }
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // closed with the one that is returned
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> entries = Files.newDirectoryStream(real(path));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> all = entries.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Path next() {
                        return wrap(all.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                entries.close();
            }
        };
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), attributes, options);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real(path).getFileSystem().provider().checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    // Whatever else a store may come to use has to be recorded first.

    @Override
    public String getScheme() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return Files.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    private final class RecordedFileSystem extends FileSystem {

        @Override
        public FileSystemProvider provider() {
            return RecordedDisk.this;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return root.getFileSystem().getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return root.getFileSystem().supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(root.getFileSystem().getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String syntaxAndPattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
