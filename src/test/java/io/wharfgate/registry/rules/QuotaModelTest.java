package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Image;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.UploadWriter;
import io.wharfgate.registry.gc.CollectionTask;
import io.wharfgate.registry.gc.UndeleteTask;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.FaultyObjectStore.Fault;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is counted is what is there, whatever happens at once or is interrupted. */
class QuotaModelTest {

    private static final List<RepositoryName> NAMES = List.of(
            new RepositoryName("a"), new RepositoryName("a/b"), new RepositoryName("ab"), new RepositoryName("a/b/c"));
    private static final List<String> PREFIXES = List.of("", "a", "a/b", "ab");
    private static final String RULES = """
            quotas:
            - {prefix: "**", bytes: 1TiB}
            - {prefix: a, bytes: 1TiB}
            - {prefix: a/b, bytes: 1TiB}
            - {prefix: ab, bytes: 1TiB}
            """;

    private final SettableClock clock = new SettableClock();

    @Test
    void countersAreInStepWithRandomChanges() {
        Fuzz.rounds(20, random -> {
            try {
                MemoryStore store = new MemoryStore();
                RuledRegistry ruled = RuledRegistry.on(store, clock, RULES).counted();
                for (int i = 0; i < 80; i++) {
                    if (random.nextInt(20) == 0) {
                        ruled.write();
                        ruled = RuledRegistry.on(store, clock, RULES).counted();
                    } else if (random.nextInt(8) == 0) {
                        upkeep(ruled, random);
                    } else {
                        change(ruled.registry, random);
                    }
                    assertCounted(ruled);
                }
                collect(ruled);
                assertRight(ruled);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** What happens to repositories besides clients. */
    private static void upkeep(RuledRegistry ruled, Random random) throws IOException, InterruptedException {
        RepositoryName name = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(6)) {
            case 0 -> collect(ruled);
            case 1 -> {
                new UndeleteTask(ruled.store, ruled.registry, Clock.systemUTC())
                        .run(Map.of("wanted", name.value()), new RuledRegistry.Output());
                ruled.count();
            }
            case 2 -> upload(ruled.registry, name).close();
            case 3 -> {
                UploadId id = ruled.registry.uploads().start(name, DigestAlgorithm.SHA256);
                ruled.registry.uploads().cancel(name, id);
            }
            case 4 -> {
                try (UploadWriter writer = upload(ruled.registry, name)) {
                    writer.commit(new Digest(DigestAlgorithm.SHA256, "0".repeat(64)));
                } catch (RegistryException e) {
                    assertThat(e.error()).isEqualTo(RegistryError.DIGEST_INVALID);
                }
            }
            default -> {
                // Another process, of which this one knows nothing until it counts.
                change(new Registry(ruled.store, new RegistryConfig(true, false)), random);
                ruled.count();
            }
        }
    }

    private static UploadWriter upload(Registry registry, RepositoryName name) throws IOException {
        UploadWriter writer = registry.uploads().open(name, registry.uploads().start(name, DigestAlgorithm.SHA256));
        writer.append(ByteBuffer.allocate(100));
        return writer;
    }

    /** At a time when everything that may go is old enough to go. */
    private static void collect(RuledRegistry ruled) throws IOException, InterruptedException {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(30));
        new CollectionTask(ruled.store, ruled.registry, later, false)
                .run(Map.of("untagged", "true"), new RuledRegistry.Output());
    }

    @Test
    void countersAreInStepWhileEverybodyChangesAndSomebodyCounts() throws Exception {
        long seed = System.nanoTime();
        MemoryStore store = new MemoryStore();
        RuledRegistry ruled = RuledRegistry.on(store, clock, RULES);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                Random random = new Random(seed + client);
                tasks.add(() -> {
                    for (int i = 0; i < 400; i++) {
                        change(ruled.registry, random);
                    }
                    done.set(true);
                    return null;
                });
            }
            tasks.add(() -> {
                do {
                    ruled.count();
                } while (!done.get());
                return null;
            });
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
            assertRight(ruled);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The process dies at each write of a number of changes in turn; what the next one counts is what is there. */
    @ParameterizedTest
    @EnumSource
    void afterACrashTheNextCountIsRight(Fault fault) throws IOException {
        long seed = 7;
        boolean crashed = true;
        for (int nth = 1; crashed; nth += 3) {
            MemoryStore disk = new MemoryStore();
            Random random = new Random(seed);
            crashed = false;
            try {
                RuledRegistry ruled = RuledRegistry.on(FaultyObjectStore.crashing(disk, nth, fault), clock, RULES)
                        .counted();
                for (int i = 0; i < 25; i++) {
                    change(ruled.registry, random);
                    ruled.write();
                }
            } catch (IOException e) {
                crashed = true;
            }
            RuledRegistry restarted = RuledRegistry.on(disk, clock, RULES);
            change(restarted.registry, random);
            assertRight(restarted.counted());
        }
    }

    /** A disk that fails once is told to the client; what was refused so does not count for long. */
    @Test
    void afterAnErrorOfTheDiskTheNextCountIsRight() throws IOException {
        for (int nth = 1; nth < 60; nth++) {
            MemoryStore disk = new MemoryStore();
            Random random = new Random(nth);
            RuledRegistry ruled = RuledRegistry.on(
                            FaultyObjectStore.failingOnce(disk, nth, () -> new IOException("bad sector")), clock, RULES)
                    .counted();
            for (int i = 0; i < 15; i++) {
                try {
                    change(ruled.registry, random);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("bad sector");
                }
            }
            ruled.count();
            assertCounted(ruled);
        }
    }

    private static void assertCounted(RuledRegistry ruled) throws IOException {
        for (String prefix : PREFIXES) {
            assertThat(ruled.totals(prefix)).as(prefix).isEqualTo(RuledRegistry.naive(ruled.store, prefix));
        }
    }

    private static void assertRight(RuledRegistry ruled) throws IOException {
        assertCounted(ruled);
        for (String prefix : PREFIXES) {
            assertThat(ruled.statement(prefix).uploading()).as(prefix).isZero();
        }
    }

    /** Does one thing to one repository; that something is not there is no failure. */
    private static void change(Registry registry, Random random) throws IOException {
        RepositoryName name = NAMES.get(random.nextInt(NAMES.size()));
        RepositoryName other = NAMES.get(random.nextInt(NAMES.size()));
        String seed = "" + random.nextInt(4);
        byte[] config = Image.bytes("{\"seed\":\"" + seed + "\"}");
        Digest blob = Digest.of(DigestAlgorithm.SHA256, config);
        Tag tag = new Tag("t" + random.nextInt(3));
        try {
            switch (random.nextInt(7)) {
                case 0 -> Image.pushBlob(registry, name, config);
                case 1 -> registry.blobs().mount(name, other, blob);
                case 2 -> registry.blobs().delete(name, blob);
                case 3 -> registry.manifests().delete(name, tag);
                case 4 ->
                    registry.manifests()
                            .delete(
                                    name,
                                    new Reference.ByDigest(
                                            Digest.of(DigestAlgorithm.SHA256, RuledRegistry.manifest(config))));
                default -> RuledRegistry.push(registry, name, seed, tag, new Tag("t" + random.nextInt(3)));
            }
        } catch (RegistryException e) {
            assertThat(e.error().status()).as(e.getMessage()).isIn(404, 400);
        }
    }
}
