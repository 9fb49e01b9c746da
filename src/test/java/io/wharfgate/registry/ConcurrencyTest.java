package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.assertNothingDangles;
import static io.wharfgate.registry.RegistryAssert.assertWhole;
import static io.wharfgate.registry.RegistryAssert.catalog;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once on few repositories, tags and images, so that they meet all the time. */
class ConcurrencyTest {

    private static final int THREADS = 8;
    private static final List<RepositoryName> NAMES = List.of(new RepositoryName("a"), new RepositoryName("a/b"));
    private static final List<Tag> TAGS = List.of(new Tag("one"), new Tag("two"), new Tag("three"));
    private static final List<Image> IMAGES = List.of(new Image("x"), new Image("y"), new Image("z"));

    private static final MediaType ARTIFACT = new MediaType("application/vnd.example+json");

    /** What a client may be told when another one was faster. */
    private static final Set<RegistryError> FAIR = Set.of(
            RegistryError.MANIFEST_UNKNOWN,
            RegistryError.NAME_UNKNOWN,
            RegistryError.BLOB_UNKNOWN,
            RegistryError.BLOB_UPLOAD_BUSY,
            RegistryError.BLOB_UPLOAD_UNKNOWN);

    @Test
    void nothingDanglesInMemory() throws Exception {
        hammer(new MemoryStore(), 100, 6);
    }

    @Test
    void nothingDanglesOnDisk(@TempDir Path directory) throws Exception {
        try (FilesystemStore store = FilesystemStore.open(directory)) {
            hammer(store, 2, 4);
        }
    }

    @Test
    void oneSessionIsWrittenByOneAtATime() throws Exception {
        Registry registry = new Registry(new MemoryStore(), new RegistryConfig(true, false));
        UploadId id = registry.uploads().start(NAMES.get(0), DigestAlgorithm.SHA256);
        byte[] content = Image.bytes("x".repeat(THREADS * 50));

        atOnce(thread -> {
            int written = 0;
            while (written < 50) {
                try (UploadWriter writer = registry.uploads().open(NAMES.get(0), id)) {
                    writer.append(ByteBuffer.wrap(new byte[] {'x'}));
                    written++;
                } catch (RegistryException e) {
                    assertThat(e.error()).isEqualTo(RegistryError.BLOB_UPLOAD_BUSY);
                    Thread.onSpinWait();
                }
            }
        });

        try (UploadWriter writer = registry.uploads().open(NAMES.get(0), id)) {
            assertThat(writer.offset()).isEqualTo(content.length);
            writer.commit(Image.sha256(content));
        }
    }

    /** In rounds: what one operation breaks, a later one may mend. */
    private static void hammer(ObjectStore store, int rounds, int operations) throws Exception {
        long seed = System.nanoTime();
        Registry registry = new Registry(store, new RegistryConfig(true, false));
        registry.open();
        try {
            for (int round = 0; round < rounds; round++) {
                long roundSeed = seed + (long) round * THREADS;
                atOnce(thread -> {
                    Random random = new Random(roundSeed + thread);
                    for (int i = 0; i < operations; i++) {
                        try {
                            anything(registry, random);
                        } catch (RegistryException e) {
                            assertThat(e.error()).isIn(FAIR);
                        }
                    }
                });
                assertNothingDangles(registry, NAMES);
                assertSameAfterRestart(store, registry);
                assertReferrersAreRight(store, registry);
            }
            assertNoSessionIsLeft(store);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        } finally {
            registry.close();
        }
    }

    private static void assertSameAfterRestart(ObjectStore store, Registry registry) throws IOException {
        try (Registry restarted = new Registry(store, new RegistryConfig(true, false))) {
            restarted.open();
            assertThat(catalog(registry)).isEqualTo(catalog(restarted));
        }
    }

    private static void anything(Registry registry, Random random) throws IOException {
        RepositoryName name = NAMES.get(random.nextInt(NAMES.size()));
        Tag tag = TAGS.get(random.nextInt(TAGS.size()));
        Image image = IMAGES.get(random.nextInt(IMAGES.size()));
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> image.push(registry, name, tag);
            case 3 -> registry.manifests().delete(name, tag);
            case 4 -> registry.manifests().delete(name, new Reference.ByDigest(image.digest()));
            case 5 -> assertWhole(registry, name, tag);
            case 6 -> {
                RegistryAssert.tags(registry, name);
                catalog(registry);
            }
            case 7 -> registry.manifests().put(name, tag, List.of(), Optional.of(ARTIFACT), attached(image));
            case 8 -> registry.manifests().delete(name, new Reference.ByDigest(Image.sha256(attached(image))));
            case 9 -> referrers(registry, name, image);
            default -> {
                UploadId id = registry.uploads().start(name, DigestAlgorithm.SHA256);
                registry.uploads().cancel(name, id);
            }
        }
    }

    private static byte[] attached(Image subject) {
        return Image.bytes(
                "{\"mediaType\":\"" + ARTIFACT + "\",\"subject\":{\"digest\":\"" + subject.digest() + "\"}}");
    }

    private static List<Digest> referrers(Registry registry, RepositoryName name, Image subject) throws IOException {
        return registry
                .referrers()
                .page(name, subject.digest(), Optional.empty(), OptionalInt.empty(), Optional.empty())
                .items()
                .stream()
                .map(Referrer::digest)
                .toList();
    }

    /** The index has what is there, and one that is made anew from the manifests has the same. */
    private static void assertReferrersAreRight(ObjectStore store, Registry registry) throws IOException {
        for (RepositoryName name : NAMES) {
            for (Image image : IMAGES) {
                Digest digest = Image.sha256(attached(image));
                List<Digest> expected = new ArrayList<>();
                try {
                    expected.add(registry.manifests()
                            .get(name, new Reference.ByDigest(digest))
                            .digest());
                } catch (RegistryException e) {
                    assertThat(e.error()).isIn(FAIR);
                }
                assertThat(referrers(registry, name, image)).isEqualTo(expected);
                try (Registry restarted = new Registry(store, new RegistryConfig(true, false))) {
                    assertThat(referrers(restarted, name, image)).isEqualTo(expected);
                }
            }
        }
    }

    private static void assertNoSessionIsLeft(ObjectStore store) throws IOException {
        for (RepositoryName name : NAMES) {
            assertThat(store.list(new ObjectKey("docker/registry/v2/repositories/" + name + "/_uploads")))
                    .isEmpty();
        }
    }

    @FunctionalInterface
    private interface Client {
        void run(int thread) throws IOException;
    }

    private static void atOnce(Client client) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(threads.submit(() -> {
                    start.await();
                    client.run(thread);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
