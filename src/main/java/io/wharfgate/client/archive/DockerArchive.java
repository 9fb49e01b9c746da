package io.wharfgate.client.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.StrictJson;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@code docker save} and {@code podman save} write: {@code manifest.json} names for each image its configuration and its
 * layers. There is no registry's manifest in it, so one is made: Docker's schema 2, with the configuration as it is (its digest is
 * the image's id) and the layers compressed by gzip, as a push would have them. What is left of Docker's first format is ignored.
 */
final class DockerArchive implements Archive {

    static final String MANIFEST = "manifest.json";

    private static final MediaType CONFIG = new MediaType("application/vnd.docker.container.image.v1+json");
    private static final MediaType LAYER = new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip");
    private static final int MOST_LAYERS = 4096;

    private final ArchiveFiles files;
    private final Scratch scratch;
    private final List<Image> images;
    private final Map<String, Layer> layers = new ConcurrentHashMap<>();
    private final Map<Digest, Layer> byDigest = new ConcurrentHashMap<>();
    private final Map<Digest, byte[]> configs = new ConcurrentHashMap<>();
    private final Map<Digest, Manifest> made = new ConcurrentHashMap<>();

    /** One name of one image. */
    private record Image(Named named, String config, List<String> layers) {}

    /**
     * A layer as it will go.
     *
     * @param compressed by us; empty where the archive's file is what goes
     */
    private record Layer(Descriptor descriptor, String path, Optional<Path> compressed) {}

    DockerArchive(ArchiveFiles files, Scratch scratch) throws IOException {
        this.files = files;
        this.scratch = scratch;
        byte[] content = files.read(MANIFEST, Manifest.MAX_SIZE)
                .orElseThrow(
                        () -> new ExchangeException(files.name() + " has no manifest.json, which docker save writes"));
        this.images = images(StrictJson.any(content, MANIFEST));
    }

    static boolean isOne(ArchiveFiles files) throws IOException {
        return files.size(MANIFEST).isPresent();
    }

    private static List<Image> images(JsonNode json) throws ExchangeException {
        if (!json.isArray()) {
            // skopeo's dir: has a file of that name, which is the manifest itself.
            throw new ExchangeException(
                    "manifest.json is not the list of images that docker save writes; what skopeo has"
                            + " copied to dir: can be read when it is copied to oci: or docker-archive:");
        }
        List<Image> found = new ArrayList<>();
        for (JsonNode image : json) {
            List<String> layers = new ArrayList<>();
            image.path("Layers").forEach(layer -> layers.add(layer.asText("")));
            String config = image.path("Config").asText("");
            if (config.isEmpty() || layers.size() > MOST_LAYERS) {
                throw new ExchangeException(
                        "manifest.json names an image without a configuration, or with too many layers");
            }
            List<Optional<String>> names = new ArrayList<>();
            image.path("RepoTags").forEach(name -> names.add(Optional.of(name.asText(""))));
            for (Optional<String> name : names.isEmpty() ? List.of(Optional.<String>empty()) : names) {
                found.add(new Image(new Named(name), config, List.copyOf(layers)));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public List<Named> images() {
        return images.stream().map(Image::named).toList();
    }

    @Override
    public Manifest image(int index) throws IOException {
        Image image = images.get(index);
        byte[] config = files.read(image.config(), Manifest.MAX_SIZE)
                .orElseThrow(() -> new ExchangeException(name() + " lacks " + image.config()));
        Digest id = Digest.of(DigestAlgorithm.SHA256, config);
        List<Digest> contents = diffIds(config, image);
        ObjectNode json = StrictJson.newObject();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaType.DOCKER_MANIFEST.value());
        json.set("config", StrictJson.descriptor(Descriptor.of(CONFIG, id, config.length)));
        ArrayNode list = json.putArray("layers");
        for (int i = 0; i < image.layers().size(); i++) {
            list.add(StrictJson.descriptor(
                    layer(image.layers().get(i), contents.get(i)).descriptor()));
        }
        Manifest manifest =
                Manifest.read(StrictJson.write(json), Optional.of(MediaType.DOCKER_MANIFEST), Optional.empty());
        configs.put(id, config);
        made.put(manifest.digest(), manifest);
        return manifest;
    }

    /** What each layer has to be: the digests of the tars, as the configuration tells them. */
    private static List<Digest> diffIds(byte[] config, Image image) throws ExchangeException {
        List<Digest> found = new ArrayList<>();
        try {
            for (JsonNode id :
                    StrictJson.object(config, image.config()).path("rootfs").path("diff_ids")) {
                found.add(Digest.parse(id.asText("")));
            }
        } catch (io.wharfgate.oci.RegistryException e) {
            throw new ExchangeException(image.config() + " names a layer by no digest: " + e.getMessage(), e);
        }
        if (found.size() != image.layers().size()) {
            throw new ExchangeException("the image's configuration has " + found.size() + " layers and manifest.json "
                    + image.layers().size() + ": the archive is damaged");
        }
        return found;
    }

    private synchronized Layer layer(String path, Digest content) throws IOException {
        Layer known = layers.get(content.toString());
        if (known != null) {
            return known;
        }
        long size = files.size(path).orElseThrow(() -> new ExchangeException(name() + " lacks " + path));
        Layer layer;
        try (InputStream in = files.open(path, 0)) {
            if (GzipLayer.isGzip(in)) {
                layer = new Layer(verified(path, size, content), path, Optional.empty());
            } else {
                Path file = scratch.file();
                try (InputStream plain = files.open(path, 0)) {
                    layer = new Layer(
                            GzipLayer.compress(plain, content, LAYER, scratch.writer(file)), path, Optional.of(file));
                }
            }
        }
        layers.put(content.toString(), layer);
        byDigest.put(layer.descriptor().digest(), layer);
        return layer;
    }

    private Descriptor verified(String path, long size, Digest content) throws IOException {
        try (InputStream in = files.open(path, 0)) {
            return Descriptor.of(LAYER, GzipLayer.verify(in, content), size);
        }
    }

    @Override
    public Optional<Manifest> manifest(Reference reference) throws IOException {
        for (int i = 0; i < images.size(); i++) {
            if (images.get(i).named().tag().map(Reference.class::cast).equals(Optional.of(reference))) {
                return Optional.of(image(i));
            }
        }
        return reference instanceof Reference.ByDigest by
                ? Optional.ofNullable(made.get(by.digest()))
                : Optional.empty();
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return List.of();
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        byte[] config = configs.get(blob.digest());
        if (config != null) {
            InputStream in = new java.io.ByteArrayInputStream(config);
            in.skipNBytes(offset);
            return in;
        }
        Layer layer = byDigest.get(blob.digest());
        if (layer == null) {
            throw new ExchangeException(name() + " has no " + blob.digest());
        }
        if (layer.compressed().isEmpty()) {
            return files.open(layer.path(), offset);
        }
        InputStream in = Files.newInputStream(layer.compressed().get());
        in.skipNBytes(offset);
        return in;
    }

    @Override
    public void close() throws IOException {
        for (Layer layer : layers.values()) {
            if (layer.compressed().isPresent()) {
                Files.deleteIfExists(layer.compressed().get());
            }
        }
        files.close();
    }
}
