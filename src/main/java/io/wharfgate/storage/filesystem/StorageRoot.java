package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root directory, and whether it is still the one that we started with. A disk that is unmounted while we run
 * leaves an empty directory behind; without this, every image would seem to be deleted, and pushes would fill the wrong
 * disk. Immutable.
 */
final class StorageRoot {

    private final Path path;
    // Device and inode on Unix; null where the platform has no such thing.
    private final @Nullable Object identity;

    private StorageRoot(Path path, @Nullable Object identity) {
        this.path = path;
        this.identity = identity;
    }

    /** Makes the directory where it is missing. */
    static StorageRoot open(Path root) throws IOException {
        Path path = root.toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) {
            try {
                Files.createDirectories(path);
            } catch (IOException e) {
                throw new IOException("storage directory " + path + " cannot be made: " + e, e);
            }
        }
        return new StorageRoot(path, identity(path));
    }

    Path path() {
        return path;
    }

    Path resolve(ObjectKey key) {
        return path.resolve(key.value());
    }

    /** @throws IOException when the root is gone, or another directory is in its place */
    void requirePresent() throws IOException {
        if (!Objects.equals(identity, identity(path))) {
            throw new IOException("storage directory " + path
                    + " is no longer the one it was at the start: is its disk mounted? Restart once it is");
        }
    }

    private static @Nullable Object identity(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return attributes.fileKey();
            }
        } catch (IOException e) {
            throw new IOException("storage directory " + path + " cannot be read: is its disk mounted?", e);
        }
        throw new IOException("storage directory " + path + " is not a directory");
    }
}
