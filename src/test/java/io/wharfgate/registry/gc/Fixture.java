package io.wharfgate.registry.gc;

import io.wharfgate.SettableClock;
import io.wharfgate.control.RecordedOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A registry over any store, with a clock that the test moves, and short ways to push and to collect. */
final class Fixture {

    static final Duration GRACE = Duration.ofHours(1);
    static final Duration WINDOW = Duration.ofDays(7);

    final ObjectStore store;
    final SettableClock clock;
    final RegistryConfig config;
    Registry registry;
    private int threads = 1;

    Fixture(ObjectStore store, SettableClock clock) {
        this(store, clock, WINDOW, true);
    }

    Fixture(ObjectStore store, SettableClock clock, Duration window, boolean untagged) {
        this.store = store;
        this.clock = clock;
        this.config = new RegistryConfig(
                true,
                true,
                new RegistryConfig.Upkeep(
                        Optional.empty(), GRACE, untagged, window, 0, Duration.ofDays(1), Optional.empty()));
        this.registry = new Registry(store, config, clock);
    }

    /** As after a restart of the process: nothing is remembered but what is stored. */
    Fixture restart() {
        registry = new Registry(store, config, clock);
        return this;
    }

    /** Collects with that many threads from now on. */
    Fixture threads(int many) {
        threads = many;
        return this;
    }

    /** Collects what is older than the grace time. */
    RecordedOutput collect() throws IOException {
        return collect(Map.of());
    }

    RecordedOutput collect(Map<String, String> arguments) throws IOException {
        RecordedOutput out = new RecordedOutput();
        new CollectionTask(store, registry, clock, false, threads).run(arguments, out);
        return out;
    }

    /** Lets everything grow old, and collects. */
    RecordedOutput collectAll() throws IOException {
        clock.advance(GRACE.plusSeconds(1));
        return collect();
    }

    /** The same, until nothing can be had back any more either. */
    void collectForGood() throws IOException {
        collectAll();
        clock.advance(WINDOW.plusSeconds(1));
        collect();
    }

    RecordedOutput undelete(String wanted) throws IOException {
        RecordedOutput out = new RecordedOutput();
        new UndeleteTask(store, registry, clock).run(new TreeMap<>(Map.of("wanted", wanted)), out);
        return out;
    }

    RecordedOutput listTrash() throws IOException {
        RecordedOutput out = new RecordedOutput();
        new UndeleteTask(store, registry, clock).run(Map.of("list", "true"), out);
        return out;
    }

    Digest blob(String name, String content) throws IOException {
        return blob(name, content, DigestAlgorithm.SHA256);
    }

    Digest blob(String name, String content, DigestAlgorithm algorithm) throws IOException {
        RepositoryName repository = new RepositoryName(name);
        Digest digest = Digest.of(algorithm, bytes(content));
        UploadId id = registry.uploads().start(repository, algorithm);
        try (UploadWriter writer = registry.uploads().open(repository, id)) {
            writer.append(ByteBuffer.wrap(bytes(content)));
            return writer.commit(digest);
        }
    }

    /** An image of these layers, the first of which is its config. */
    Digest image(String name, Optional<String> tag, Digest... blobs) throws IOException {
        return put(name, tag, imageText(Optional.empty(), blobs));
    }

    /** An image whose blobs have been made of its seed. */
    Digest image(String name, String tag, String seed) throws IOException {
        return image(name, Optional.of(tag), blob(name, "config of " + seed), blob(name, "layer of " + seed));
    }

    Digest untagged(String name, String seed) throws IOException {
        return image(name, Optional.empty(), blob(name, "config of " + seed), blob(name, "layer of " + seed));
    }

    Digest referrer(String name, Optional<String> tag, Digest subject, String seed) throws IOException {
        return put(name, tag, imageText(Optional.of(subject), blob(name, "{}"), blob(name, "signature " + seed)));
    }

    Digest index(String name, Optional<String> tag, Digest... children) throws IOException {
        String manifests = Arrays.stream(children)
                .map(child -> descriptor(MediaType.OCI_MANIFEST.toString(), child))
                .collect(Collectors.joining(","));
        return put(
                name,
                tag,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + manifests
                        + "]}");
    }

    Digest put(String name, Optional<String> tag, String manifest) throws IOException {
        Digest digest = Digest.of(DigestAlgorithm.SHA256, bytes(manifest));
        Reference reference = tag.<Reference>map(Tag::new).orElseGet(() -> new Reference.ByDigest(digest));
        registry.manifests().put(new RepositoryName(name), reference, List.of(), Optional.empty(), bytes(manifest));
        return digest;
    }

    void delete(String name, Digest manifest) throws IOException {
        registry.manifests().delete(new RepositoryName(name), new Reference.ByDigest(manifest));
    }

    void untag(String name, String tag) throws IOException {
        registry.manifests().delete(new RepositoryName(name), new Tag(tag));
    }

    boolean hasManifest(String name, Digest digest) throws IOException {
        return store.size(RegistryLayout.revisionLink(new RepositoryName(name), digest))
                        .isPresent()
                && stored(digest);
    }

    boolean hasBlob(String name, Digest digest) throws IOException {
        return store.size(RegistryLayout.layerLink(new RepositoryName(name), digest))
                        .isPresent()
                && stored(digest);
    }

    boolean stored(Digest digest) throws IOException {
        return store.size(RegistryLayout.blobData(digest)).isPresent();
    }

    static String imageText(Optional<Digest> subject, Digest... blobs) {
        String layers = Arrays.stream(blobs)
                .skip(1)
                .map(blob -> descriptor("application/vnd.oci.image.layer.v1.tar", blob))
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", blobs[0]) + ",\"layers\":[" + layers + "]"
                + subject.map(digest -> ",\"subject\":" + descriptor(MediaType.OCI_MANIFEST.toString(), digest))
                        .orElse("")
                + "}";
    }

    private static String descriptor(String mediaType, Digest digest) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":1}";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
