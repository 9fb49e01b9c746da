package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** An archive that is unpacked already: a directory. Symbolic links may not lead out of it. */
final class DirectoryFiles implements ArchiveFiles {

    private final Path directory;
    private final Path real;

    DirectoryFiles(Path directory) throws IOException {
        this.directory = directory;
        this.real = directory.toRealPath();
    }

    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public Optional<Long> size(String path) throws IOException {
        Optional<Path> file = find(path);
        return file.isPresent() ? Optional.of(Files.size(file.get())) : Optional.empty();
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        Path file = find(path).orElseThrow(() -> new NoSuchFileException(path));
        return Channels.newInputStream(FileChannel.open(file).position(offset));
    }

    private Optional<Path> find(String path) throws IOException {
        Optional<String> normal = ArchivePath.normal(path);
        if (normal.isEmpty()) {
            return Optional.empty();
        }
        Path file = directory.resolve(normal.get());
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (!file.toRealPath().startsWith(real)) {
            throw new ExchangeException(file + " is a link that leads out of " + directory);
        }
        return Optional.of(file);
    }

    @Override
    public void close() {
        // Each file is closed by whoever opened it.
    }
}
