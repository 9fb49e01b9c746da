package io.wharfgate.client.archive;

import com.fasterxml.jackson.databind.JsonNode;
import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An OCI image layout (OCI image specification, "Image Layout"). */
final class LayoutArchive implements Archive {

    static final String INDEX = "index.json";
    static final String MARK = "oci-layout";
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    /** Of containerd and Docker: the whole name, where REF_NAME is the tag. */
    static final String IMAGE_NAME = "io.containerd.image.name";

    private static final int MOST_IMAGES = 100_000;

    private final ArchiveFiles files;
    private final List<Descriptor> roots;
    private final List<Descriptor> all;

    LayoutArchive(ArchiveFiles files) throws IOException {
        this.files = files;
        byte[] content = files.read(INDEX, Manifest.MAX_SIZE)
                .orElseThrow(() -> new ExchangeException(files.name() + " has no index.json, which an OCI layout has"));
        List<Descriptor> found = new ArrayList<>();
        for (JsonNode entry : StrictJson.object(content, INDEX).path("manifests")) {
            found.add(StrictJson.readDescriptor(entry, INDEX));
        }
        if (found.size() > MOST_IMAGES) {
            throw new ExchangeException(files.name() + " has more than " + MOST_IMAGES + " images");
        }
        this.all = List.copyOf(found);
        this.roots = roots(found);
    }

    static boolean isOne(ArchiveFiles files) throws IOException {
        return files.size(INDEX).isPresent() && files.size(MARK).isPresent();
    }

    static String path(Digest digest) {
        return "blobs/" + digest.algorithm().label() + "/" + digest.hex();
    }

    /** Without those that have no name and refer to another one: they go with that. */
    private List<Descriptor> roots(List<Descriptor> found) throws IOException {
        List<Descriptor> kept = new ArrayList<>();
        for (Descriptor entry : found) {
            if (refName(entry).isPresent() || read(entry).subject().isEmpty()) {
                kept.add(entry);
            }
        }
        return List.copyOf(kept);
    }

    private static Optional<String> refName(Descriptor entry) {
        return Optional.ofNullable(entry.annotations().get(REF_NAME))
                .or(() -> Optional.ofNullable(entry.annotations().get(IMAGE_NAME)));
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public List<Named> images() {
        return roots.stream().map(entry -> new Named(refName(entry))).toList();
    }

    @Override
    public Manifest image(int image) throws IOException {
        return read(roots.get(image));
    }

    @Override
    public Optional<Manifest> manifest(Reference reference) throws IOException {
        if (reference instanceof Reference.ByDigest by) {
            return read(by.digest(), Optional.empty());
        }
        for (Descriptor entry : roots) {
            if (reference instanceof Tag tag && new Named(refName(entry)).tag().equals(Optional.of(tag))) {
                return Optional.of(read(entry));
            }
        }
        return Optional.empty();
    }

    private Manifest read(Descriptor entry) throws IOException {
        return read(entry.digest(), Optional.of(entry.mediaType()))
                .orElseThrow(() -> new ExchangeException(
                        name() + " lacks " + path(entry.digest()) + ", which its index.json names: it is not whole"));
    }

    private Optional<Manifest> read(Digest digest, Optional<MediaType> type) throws IOException {
        Optional<byte[]> content = files.read(path(digest), Manifest.MAX_SIZE);
        return content.isPresent()
                ? Optional.of(Manifest.read(content.get(), type, Optional.of(digest)))
                : Optional.empty();
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        for (Descriptor entry : all) {
            Manifest manifest = read(entry);
            if (manifest.subject().filter(s -> s.digest().equals(subject)).isPresent()) {
                found.add(manifest.descriptor());
            }
        }
        return found;
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        String path = path(blob.digest());
        try {
            Optional<Long> size = files.size(path);
            if (size.isPresent() && size.get() != blob.size()) {
                throw new ExchangeException(path + " of " + name() + " has " + size.get() + " bytes, and " + blob.size()
                        + " where it is referred to");
            }
            return files.open(path, offset);
        } catch (NoSuchFileException e) {
            throw new ExchangeException(
                    name() + " lacks " + path + ", which a manifest in it names: it is not whole", e);
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
