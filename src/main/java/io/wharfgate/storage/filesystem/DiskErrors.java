package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.StorageFullException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;

/** Tells the disk's errors apart. Java has no types for these; the texts are those of strerror(3). */
final class DiskErrors {

    private static final List<String> FULL = List.of("No space left on device", "Disk quota exceeded");

    private DiskErrors() {}

    /** The same error, as a {@link StorageFullException} when the disk or a quota is full (ENOSPC, EDQUOT). */
    static IOException told(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (!(e instanceof StorageFullException) && FULL.stream().anyMatch(message::contains)) {
            return new StorageFullException("the storage directory's disk is full: " + message, e);
        }
        return e;
    }

    /** Whether a part of the path is a file where a directory was expected (ENOTDIR). */
    static boolean notADirectory(IOException e) {
        return e instanceof FileSystemException file
                && String.valueOf(file.getReason()).contains("Not a directory");
    }

    /** Whether a directory was read as if it were a file (EISDIR). */
    static boolean isADirectory(IOException e) {
        return String.valueOf(e.getMessage()).contains("Is a directory");
    }
}
