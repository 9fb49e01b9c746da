package io.wharfgate.client.archive;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageTarget;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.VerifiedBlob;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Tag;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An OCI image layout as a tar archive, written from its beginning to its end without a temporary file. With Docker's manifest.json
 * besides it is what {@code docker load} takes, too. One blob goes at a time, as they stand one after the other.
 */
public final class TarArchive implements ImageTarget {

    private static final int BUFFER = 64 * 1024;

    private final String name;
    private final TarWriter tar;
    private final Optional<Growing> file;
    private final boolean docker;
    private final LayoutWriting writing;
    private final Set<Digest> written = new HashSet<>();
    private boolean finished;

    /** A file, and the one that becomes it. */
    private record Growing(Path part, Path whole) {}

    private TarArchive(
            String name, OutputStream out, Optional<Growing> file, boolean docker, Optional<String> repository)
            throws IOException {
        this.name = name;
        this.tar = new TarWriter(new BufferedOutputStream(out, BUFFER));
        this.file = file;
        this.docker = docker;
        this.writing = new LayoutWriting(repository);
        tar.add(LayoutArchive.MARK, LayoutWriting.MARK);
    }

    /**
     * Into a file, which has its name only when it is whole.
     *
     * @param docker whether it is for {@code docker load}
     * @param repository that the images are of, for those who load them
     */
    public static TarArchive create(Path file, boolean docker, Optional<String> repository) throws IOException {
        Growing growing = new Growing(part(file), file);
        OutputStream out =
                Files.newOutputStream(growing.part(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new TarArchive(file.toString(), out, Optional.of(growing), docker, repository);
    }

    /** Into a pipe; see {@link #create}. */
    public static TarArchive stream(OutputStream out, boolean docker, Optional<String> repository) throws IOException {
        return new TarArchive("standard output", out, Optional.empty(), docker, repository);
    }

    /** A name that is nobody's: neither a file of the user's, nor a link that somebody has laid there. */
    private static Path part(Path file) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return file.resolveSibling(file.getFileName() + "." + random + ".part");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized boolean has(Descriptor blob) {
        return written.contains(blob.digest());
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return writing.has(manifest.digest());
    }

    @Override
    public Optional<Digest> tagged(Tag tag) {
        return writing.tagged(tag);
    }

    @Override
    public synchronized void put(VerifiedBlob blob) throws IOException {
        try (InputStream in = blob.open(0)) {
            Descriptor descriptor = blob.descriptor();
            tar.add(LayoutArchive.path(descriptor.digest()), descriptor.size(), in);
            written.add(descriptor.digest());
        }
    }

    @Override
    public synchronized void put(Manifest manifest, Optional<Tag> tag) throws IOException {
        if (docker && manifest.isIndex()) {
            throw new ExchangeException("a docker archive holds images of one platform; choose one with --platform");
        }
        if (written.add(manifest.digest())) {
            tar.add(LayoutArchive.path(manifest.digest()), manifest.content());
        }
        writing.add(manifest, tag);
    }

    @Override
    public synchronized void finish() throws IOException {
        tar.add(LayoutArchive.INDEX, writing.index());
        if (docker) {
            tar.add(DockerArchive.MANIFEST, writing.dockerManifest());
        }
        tar.finish();
        finished = true;
    }

    /** Without {@link #finish} before, nothing stays of the file. */
    @Override
    public synchronized void close() throws IOException {
        try {
            tar.close();
            if (finished && file.isPresent()) {
                Files.move(file.get().part(), file.get().whole(), StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            // A full disk fails the closing, too.
            if (file.isPresent()) {
                Files.deleteIfExists(file.get().part());
            }
        }
    }
}
