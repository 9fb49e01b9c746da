package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.storage.filesystem.RecordedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A registry on a disk, to be damaged: {@code team/app} has an image, tagged {@code 1} and {@code latest}, and a signature of
 * it; {@code other} has another image, and shares the first one's layer.
 */
final class StoredRegistry implements AutoCloseable {

    static final RepositoryName APP = new RepositoryName("team/app");
    static final RepositoryName OTHER = new RepositoryName("other");
    static final Tag ONE = new Tag("1");
    static final Tag LATEST = new Tag("latest");
    static final Image IMAGE = new Image("first");
    static final Image SECOND = new Image("second");
    static final Digest LAYER = Image.sha256(IMAGE.layer());
    static final MediaType SIGNATURE_TYPE = new MediaType("application/vnd.example.signature+json");
    static final byte[] SIGNATURE = Image.bytes("{\"subject\":{\"digest\":\"" + IMAGE.digest() + "\"}}");
    static final Digest SIGNATURE_DIGEST = Image.sha256(SIGNATURE);

    final Path root;
    final FilesystemStore store;
    final Registry registry;
    private final Path bookmark;

    StoredRegistry(Path directory) throws IOException {
        this(directory, false);
    }

    StoredRegistry(Path directory, boolean sparse) throws IOException {
        root = directory.resolve("root");
        bookmark = directory.resolve("state/check.progress");
        Files.createDirectories(root);
        store = FilesystemStore.open(RecordedDisk.unforced(root));
        registry = new Registry(store, new RegistryConfig(true, sparse));
    }

    void fill() throws IOException {
        IMAGE.push(registry, APP, LATEST);
        IMAGE.putManifest(registry, APP, ONE);
        pushSignature();
        SECOND.push(registry, OTHER, LATEST);
        registry.blobs().mount(OTHER, APP, LAYER);
        referrers();
    }

    /** Copies a directory; returns {@code to}. */
    static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }

    void pushSignature() throws IOException {
        registry.manifests()
                .put(APP, new Reference.ByDigest(SIGNATURE_DIGEST), List.of(), Optional.of(SIGNATURE_TYPE), SIGNATURE);
    }

    /** What is listed as attached to the first image. */
    List<Digest> referrers() throws IOException {
        return registry
                .referrers()
                .page(APP, IMAGE.digest(), Optional.empty(), OptionalInt.empty(), Optional.empty())
                .items()
                .stream()
                .map(referrer -> referrer.digest())
                .toList();
    }

    Path file(ObjectKey key) {
        return root.resolve(key.value());
    }

    /** A file of the registry's tree. */
    Path file(String below) {
        return root.resolve("docker/registry/v2").resolve(below);
    }

    static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    int check(Findings out, String... options) throws IOException, InterruptedException {
        return check(Duration.ZERO, out, options);
    }

    /** @param options "repair", or "repository=team/**" */
    int check(Duration pause, Findings out, String... options) throws IOException, InterruptedException {
        Map<String, String> arguments = new TreeMap<>(Map.of("json", "true", "rate", "0"));
        for (String option : options) {
            String[] parts = option.split("=", 2);
            arguments.put(parts[0], parts.length > 1 ? parts[1] : "true");
        }
        return new StorageCheck(store, registry.mending(), bookmark, Clock.systemUTC(), pause).run(arguments, out);
    }

    @Override
    public void close() throws IOException {
        registry.close();
        store.close();
    }
}
