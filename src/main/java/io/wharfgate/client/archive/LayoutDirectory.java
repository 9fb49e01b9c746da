package io.wharfgate.client.archive;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageTarget;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.client.VerifiedBlob;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An OCI image layout in a directory, new or with images in it already. A file has its name only when it is whole, so that an export
 * that was interrupted goes on with what is missing; the index comes last.
 */
public final class LayoutDirectory implements ImageTarget {

    private final Path directory;
    private final LayoutWriting writing;

    private LayoutDirectory(Path directory, Optional<String> repository) {
        this.directory = directory;
        this.writing = new LayoutWriting(repository);
    }

    /**
     * Makes the directory where there is none.
     *
     * @param repository that the images are of, for those who load them
     * @throws ExchangeException when there is something else in it
     */
    public static LayoutDirectory open(Path directory, Optional<String> repository) throws IOException {
        LayoutDirectory layout = new LayoutDirectory(directory, repository);
        Path index = directory.resolve(LayoutArchive.INDEX);
        if (Files.exists(index)) {
            List<Descriptor> entries = new ArrayList<>();
            for (var entry : StrictJson.object(Files.readAllBytes(index), index.toString())
                    .path("manifests")) {
                entries.add(StrictJson.readDescriptor(entry, index.toString()));
            }
            layout.writing.keep(entries);
        } else if (Files.isDirectory(directory) && !isOurs(directory)) {
            throw new ExchangeException(directory + " is not empty and no OCI layout; name another directory");
        }
        Files.createDirectories(directory.resolve("blobs"));
        Files.write(directory.resolve(LayoutArchive.MARK), LayoutWriting.MARK);
        return layout;
    }

    private static boolean isOurs(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .allMatch(name -> name.equals("blobs") || name.equals(LayoutArchive.MARK));
        }
    }

    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        Path file = file(blob.digest());
        return Files.isRegularFile(file) && Files.size(file) == blob.size();
    }

    @Override
    public boolean hasManifest(Descriptor manifest) throws IOException {
        // One that is there without its place in the index may be what an interrupted export has left.
        return writing.has(manifest.digest()) && has(manifest);
    }

    @Override
    public Optional<Digest> tagged(Tag tag) {
        return writing.tagged(tag);
    }

    @Override
    public void put(VerifiedBlob blob) throws IOException {
        try (InputStream in = blob.open(0)) {
            write(blob.descriptor().digest(), in);
        }
    }

    @Override
    public void put(Manifest manifest, Optional<Tag> tag) throws IOException {
        write(manifest.digest(), new java.io.ByteArrayInputStream(manifest.content()));
        writing.add(manifest, tag);
    }

    private void write(Digest digest, InputStream in) throws IOException {
        Path file = file(digest);
        Files.createDirectories(file.getParent());
        replace(file, in);
    }

    private static void replace(Path file, InputStream in) throws IOException {
        Path part = Files.createTempFile(file.getParent(), ".", ".part");
        try {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path file(Digest digest) {
        return directory.resolve(LayoutArchive.path(digest));
    }

    @Override
    public void finish() throws IOException {
        replace(directory.resolve(LayoutArchive.INDEX), new java.io.ByteArrayInputStream(writing.index()));
    }
}
