package io.wharfgate.client.archive;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Manifest;
import io.wharfgate.oci.Reference;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Opens archives, of whatever kind they are. */
public final class Archives {

    private static final String PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar";

    private Archives() {}

    /**
     * A directory or a tar file, compressed by gzip or not. The caller closes it.
     *
     * @throws ExchangeException when it holds no images, or is damaged
     */
    public static Archive open(Path path, Scratch scratch) throws IOException {
        if (Files.isDirectory(path)) {
            return of(new DirectoryFiles(path), scratch);
        }
        if (!Files.exists(path)) {
            throw new ExchangeException("there is no archive " + path);
        }
        if (!Files.isRegularFile(path)) {
            try (InputStream in = Files.newInputStream(path)) {
                return read(in, path.toString(), scratch);
            }
        }
        try (InputStream in = Files.newInputStream(path)) {
            if (!GzipLayer.isGzip(in)) {
                return of(new TarFiles(path.toString(), path, false), scratch);
            }
        }
        try (InputStream in = Files.newInputStream(path)) {
            return read(in, path.toString(), scratch);
        }
    }

    /**
     * What comes through a pipe. It is kept in a temporary file first: what an archive holds is told at its end.
     *
     * @param name for messages
     */
    public static Archive read(InputStream in, String name, Scratch scratch) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        buffered.mark(2);
        boolean gzip = GzipLayer.isGzip(buffered);
        buffered.reset();
        Path file = scratch.keep(gzip ? new GZIPInputStream(buffered, 64 * 1024) : buffered);
        return of(new TarFiles(name, file, true), scratch);
    }

    private static Archive of(ArchiveFiles files, Scratch scratch) throws IOException {
        Optional<Archive> archive = Optional.empty();
        try {
            archive = Optional.of(choose(files, scratch));
            return archive.get();
        } finally {
            if (archive.isEmpty()) {
                files.close();
            }
        }
    }

    private static Archive choose(ArchiveFiles files, Scratch scratch) throws IOException {
        boolean docker = DockerArchive.isOne(files);
        if (LayoutArchive.isOne(files)) {
            LayoutArchive layout = new LayoutArchive(files);
            return docker && isMadeForTheArchive(layout) ? new DockerArchive(files, scratch) : layout;
        }
        if (docker) {
            return new DockerArchive(files, scratch);
        }
        throw new ExchangeException(files.name()
                + " holds no images: it has neither index.json and oci-layout, as an OCI"
                + " layout has, nor manifest.json, as docker save writes it"
                + (files.size("layer.tar").isPresent() ? " (docker export gives a file system, not an image)" : ""));
    }

    /**
     * Docker 25 and later save an OCI layout and manifest.json side by side. Where it keeps no manifests of its own, it makes them
     * on the way, with layers that are not compressed: nobody knows their digests, and in a registry they would be larger than
     * need be.
     */
    private static boolean isMadeForTheArchive(LayoutArchive layout) throws IOException {
        for (int i = 0; i < layout.images().size(); i++) {
            Manifest manifest = layout.image(i);
            if (manifest.isIndex()) {
                for (Descriptor entry : manifest.entries()) {
                    Optional<Manifest> image = layout.manifest(new Reference.ByDigest(entry.digest()));
                    if (image.isEmpty() || !isPlain(image.get())) {
                        return false;
                    }
                }
            } else if (!isPlain(manifest)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(Manifest manifest) {
        return !manifest.layers().isEmpty()
                && manifest.layers().stream()
                        .allMatch(layer -> layer.mediaType().essence().equals(PLAIN_LAYER));
    }
}
