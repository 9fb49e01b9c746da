package io.wharfgate.storage.filesystem;

import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are written and then renamed to where they belong, in {@code <root>/.wharfgate/tmp/}: on the same file
 * system, and outside {@code docker/registry/v2}, the only part that CNCF distribution looks at. No
 * {@link ObjectKey} can name them.
 */
final class TemporaryFiles {

    /** Such a file lives for seconds. Younger ones may belong to another process that uses the same root. */
    static final Duration STALE = Duration.ofHours(1);

    private static final Logger log = LoggerFactory.getLogger(TemporaryFiles.class);

    private final Path directory;
    private final Directories directories;

    TemporaryFiles(StorageRoot root, Directories directories) {
        this.directory = root.path().resolve(".wharfgate").resolve("tmp");
        this.directories = directories;
    }

    /** Writes a new file and makes its content durable. The caller renames or deletes it. */
    Path write(byte[] content) throws IOException {
        Path file = directory.resolve(UUID.randomUUID().toString());
        try (FileChannel channel = directories.entryIn(
                directory, () -> FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
            FileBytes.write(channel, ByteBuffer.wrap(content), 0);
            channel.force(true);
            return file;
        } catch (IOException e) {
            discard(file, e);
            throw e;
        }
    }

    /** Deletes a file that is of no use any more, after that error. */
    static void discard(Path file, IOException after) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            after.addSuppressed(e);
        }
    }

    /** Deletes what a crash has left. */
    void deleteStale(Instant now) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        int deleted = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(STALE))
                        && Files.deleteIfExists(file)) {
                    deleted++;
                }
            }
        }
        if (deleted > 0) {
            log.info("deleted temporary files of an earlier run files={}", deleted);
        }
    }
}
