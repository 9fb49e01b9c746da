package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.Stamp;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Stamps of files and directories: inode, size and the time of the last change, which on Unix is the inode's (ctime): unlike the
 * time of the last write, nobody can set it, so that a file which a backup was restored over is seen too. Safe for use by any
 * thread.
 */
final class FileStamps {

    /** File systems note times in steps: of milliseconds where they are local, of up to 2 s on old ones. */
    static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    private static final String UNIX = "unix:dev,ino,ctime,size";

    private final Clock clock;
    private final boolean unix;

    FileStamps(FileSystem files, Clock clock) {
        this.clock = clock;
        this.unix = files.supportedFileAttributeViews().contains("unix");
    }

    /**
     * The stamp; empty when there is nothing, or when the last change is so new that another one could follow in the same step
     * of the file system's clock, and leave the same stamp.
     */
    Optional<Stamp> of(Path file) throws IOException {
        Instant settled = clock.instant().minus(CLOCK_STEP);
        try {
            return unix ? ofInode(file, settled) : ofFile(file, settled);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (DiskErrors.notADirectory(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<Stamp> ofInode(Path file, Instant settled) throws IOException {
        Map<String, Object> inode = Files.readAttributes(file, UNIX);
        FileTime changed = (FileTime) Objects.requireNonNull(inode.get("ctime"));
        if (!changed.toInstant().isBefore(settled)) {
            return Optional.empty();
        }
        return Optional.of(new Stamp(
                List.of(Objects.requireNonNull(inode.get("dev")), Objects.requireNonNull(inode.get("ino"))),
                changed,
                (long) Objects.requireNonNull(inode.get("size"))));
    }

    /** Where there are no inodes. */
    private static Optional<Stamp> ofFile(Path file, Instant settled) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        FileTime changed = attributes.lastModifiedTime();
        return changed.toInstant().isBefore(settled)
                ? Optional.of(new Stamp(attributes.creationTime(), changed, attributes.size()))
                : Optional.empty();
    }
}
