package io.wharfgate.registry;

import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.filesystem.FilesystemStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests in memory: nobody may notice that they are, whoever changes the storage, and however. */
class ManifestMemoryTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final Tag LATEST = new Tag("latest");
    private static final Image ONE = new Image("one");
    private static final Image TWO = new Image("two");

    /** So far ahead that every change is an old one. */
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

    @TempDir
    private Path directory;

    private Path root;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Registry registry;

    /** Another process on the same storage. */
    private Registry other;

    @BeforeEach
    void open() throws IOException {
        root = directory.resolve("root");
        registry = registry(LATER);
        other = registry(LATER);
        ONE.push(registry, NAME, LATEST);
        TWO.push(registry, NAME, new Tag("two"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void remembersWhatWasAskedFor() throws IOException {
        for (Reference reference : List.of(LATEST, by(ONE))) {
            assertThat(registry.manifests().remembered(NAME, reference)).isEmpty();
            Manifests.Stored read = registry.manifests().get(NAME, reference);
            RememberedManifest remembered =
                    registry.manifests().remembered(NAME, reference).orElseThrow();

            assertThat(registry.manifests().confirm(remembered)).isTrue();
            assertThat(remembered.manifest()).isSameAs(read);
            assertThat(registry.manifests().get(NAME, reference)).isSameAs(read);
        }
    }

    @Test
    void whatHasJustBeenWrittenIsNotRemembered() throws IOException {
        // It could be written once more within the same step of the file system's clock.
        Registry now = registry(Clock.systemUTC());
        Image image = new Image("new");
        image.push(now, NAME, new Tag("new"));
        now.manifests().get(NAME, new Tag("new"));

        assertThat(now.manifests().remembered(NAME, new Tag("new"))).isEmpty();
    }

    @Test
    void aTagThatAnotherProcessMovesIsSeen() throws IOException {
        assertServed(ONE, LATEST);
        tick();
        TWO.putManifest(other, NAME, LATEST);

        assertServed(TWO, LATEST);
        assertServed(ONE, by(ONE));
    }

    @Test
    void aTagThatIsMovedInPlaceIsSeenWhateverItsTimeSays() throws IOException {
        assertServed(ONE, LATEST);
        Path link = file(RegistryLayout.tagCurrentLink(NAME, LATEST));
        FileTime time = Files.getLastModifiedTime(link);
        tick();
        // As CNCF distribution writes it: the same file, the same length.
        Files.writeString(link, TWO.digest().toString());
        Files.setLastModifiedTime(link, time);

        assertServed(TWO, LATEST);
    }

    @Test
    void aTagThatIsMovedTwiceInOneStepOfTheClockIsSeen() throws IOException {
        Registry now = registry(Clock.systemUTC());
        Path link = file(RegistryLayout.tagCurrentLink(NAME, LATEST));
        for (int i = 0; i < 100; i++) {
            Image image = i % 2 == 0 ? ONE : TWO;
            Files.writeString(link, image.digest().toString());
            assertThat(now.manifests().get(NAME, LATEST).digest()).isEqualTo(image.digest());
        }
    }

    @Test
    void aDeletedTagIsGone() throws IOException {
        for (Registry deleting : List.of(registry, other)) {
            ONE.putManifest(registry, NAME, LATEST);
            assertServed(ONE, LATEST);
            deleting.manifests().delete(NAME, LATEST);

            assertRefused(
                    RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
            assertThat(registry.manifests().remembered(NAME, LATEST)).isEmpty();
            assertServed(ONE, by(ONE));
        }
    }

    @Test
    void aDeletedManifestIsGone() throws IOException {
        for (Registry deleting : List.of(registry, other)) {
            ONE.putManifest(registry, NAME, LATEST);
            assertServed(ONE, LATEST);
            assertServed(ONE, by(ONE));
            deleting.manifests().delete(NAME, by(ONE));

            assertRefused(
                    RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
            assertRefused(
                    RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, by(ONE)));
        }
    }

    @Test
    void whatIsDeletedAndRestoredIsServedAgain() throws IOException {
        assertServed(ONE, by(ONE));
        Trash.Entry entry = other.upkeep().trashed(NAME, ONE.digest()).orElseThrow();
        other.manifests().delete(NAME, by(ONE));
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, by(ONE)));

        assertThat(other.upkeep().restore(NAME, entry)).isTrue();
        assertServed(ONE, by(ONE));
    }

    @Test
    void contentThatIsDeletedIsGone() throws IOException {
        assertServed(ONE, LATEST);
        assertServed(ONE, by(ONE));
        // As a collection of garbage does, or a check that puts it aside.
        Files.delete(file(RegistryLayout.blobData(ONE.digest())));

        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, by(ONE)));
    }

    @Test
    void contentThatIsDamagedIsFound() throws IOException {
        assertServed(ONE, LATEST);
        tick();
        Files.writeString(file(RegistryLayout.blobData(ONE.digest())), "{}");

        assertThatIOException()
                .isThrownBy(() -> registry.manifests().get(NAME, LATEST))
                .withMessageContaining("damaged");
    }

    @Test
    void aLinkThatIsEmptiedIsNone() throws IOException {
        assertServed(ONE, by(ONE));
        tick();
        Files.writeString(file(RegistryLayout.revisionLink(NAME, ONE.digest())), "");

        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, by(ONE)));
    }

    @Test
    void aRepositoryThatIsTakenAwayIsGone() throws IOException {
        assertServed(ONE, LATEST);
        Files.move(root.resolve("docker/registry/v2/repositories/team"), directory.resolve("elsewhere"));

        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
        Files.move(directory.resolve("elsewhere"), root.resolve("docker/registry/v2/repositories/team"));
        assertServed(ONE, LATEST);
    }

    @Test
    void aDiskThatIsTakenAwayIsAnError() throws IOException {
        assertServed(ONE, LATEST);
        Files.move(root, directory.resolve("unmounted"));
        Files.createDirectory(root);

        assertThatIOException()
                .isThrownBy(() -> registry.manifests().get(NAME, LATEST))
                .withMessageContaining("mounted");
    }

    @Test
    void anotherMediaTypeIsServed() throws IOException {
        byte[] plain = "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8);
        Reference reference = new Tag("plain");
        for (String type :
                List.of("application/vnd.one+json", "application/vnd.two+json", "application/vnd.one+json")) {
            MediaType pushed = new MediaType(type);
            tick();
            other.manifests().put(NAME, reference, List.of(), Optional.of(pushed), plain);

            assertThat(registry.manifests().get(NAME, reference).mediaType()).isEqualTo(pushed);
        }
    }

    @Test
    void isAlwaysWhatAFreshReaderReads() throws IOException {
        long seed = Instant.now().toEpochMilli();
        Random random = new Random(seed);
        List<Image> images = List.of(ONE, TWO, new Image("three"));
        List<Reference> references = new ArrayList<>(List.of(LATEST, new Tag("two"), new Tag("x")));
        images.forEach(image -> references.add(by(image)));
        images.get(2).pushBlobs(registry, NAME);
        FilesystemStore store = store(LATER);
        for (int step = 0; step < 100; step++) {
            tick();
            change(random, images, references);
            Registry fresh = new Registry(store, new RegistryConfig(true, false));
            for (Reference reference : references) {
                String expected = outcome(fresh, reference);
                for (Registry one : List.of(registry, other)) {
                    assertThat(outcome(one, reference))
                            .as("seed %d, step %d, %s", seed, step, reference)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void isBoundedByBytesAndKeepsWhatIsUsed() throws IOException {
        ManifestMemory memory = new ManifestMemory(100_000);
        RememberedManifest used = remembered("used", 1000);
        memory.keep(used);
        for (int i = 0; i < 1000; i++) {
            memory.keep(remembered("n" + i, 1000));
            assertThat(memory.find(NAME, new Tag("used"))).contains(used);
            assertThat(memory.bytes()).isLessThan(110_000);
        }
        assertThat(memory.find(NAME, new Tag("n0"))).isEmpty();

        memory.forget(used);
        assertThat(memory.find(NAME, new Tag("used"))).isEmpty();
        memory.keep(remembered("large", 300 << 10));
        assertThat(memory.find(NAME, new Tag("large"))).isEmpty();
    }

    private void change(Random random, List<Image> images, List<Reference> references) throws IOException {
        Registry by = random.nextBoolean() ? registry : other;
        Image image = images.get(random.nextInt(images.size()));
        Reference reference = references.get(random.nextInt(3));
        try {
            switch (random.nextInt(6)) {
                case 0, 1 -> image.putManifest(by, NAME, reference);
                case 2 -> by.manifests().delete(NAME, reference);
                case 3 -> by.manifests().delete(NAME, by(image));
                case 4 -> {
                    Path link = file(RegistryLayout.tagCurrentLink(NAME, (Tag) reference));
                    Files.createDirectories(link.getParent());
                    Files.writeString(link, image.digest().toString());
                }
                default -> Files.deleteIfExists(file(RegistryLayout.blobData(image.digest())));
            }
        } catch (RegistryException e) {
            assertThat(e.error()).isIn(RegistryError.MANIFEST_UNKNOWN, RegistryError.NAME_UNKNOWN);
        }
    }

    private static String outcome(Registry registry, Reference reference) throws IOException {
        try {
            return registry.manifests().get(NAME, reference).digest().toString();
        } catch (RegistryException e) {
            return "none";
        }
    }

    private void assertServed(Image image, Reference reference) throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(registry.manifests().get(NAME, reference).content()).isEqualTo(image.manifest());
        }
        assertThat(registry.manifests().remembered(NAME, reference)).isPresent();
    }

    private static RememberedManifest remembered(String tag, int size) throws IOException {
        Digest digest = ONE.digest();
        return new RememberedManifest(
                NAME,
                new Tag(tag),
                new Manifests.Stored(digest, MediaType.OCI_MANIFEST, new byte[size]),
                new Evidence(new MemoryStore()));
    }

    private static Reference by(Image image) {
        return new Reference.ByDigest(image.digest());
    }

    private Path file(ObjectKey key) {
        return root.resolve(key.value());
    }

    /** Waits for the next step of the file system's clock: with the clock of these tests two changes in one cannot be told apart. */
    private void tick() throws IOException {
        Path file = directory.resolve("tick");
        Files.writeString(file, "");
        FileTime before = (FileTime) Files.getAttribute(file, "unix:ctime");
        do {
            Files.writeString(file, "");
        } while (Files.getAttribute(file, "unix:ctime").equals(before));
    }

    private Registry registry(Clock clock) throws IOException {
        Registry made = new Registry(store(clock), new RegistryConfig(true, false));
        opened.add(0, made);
        made.open();
        return made;
    }

    private FilesystemStore store(Clock clock) throws IOException {
        FilesystemStore store = FilesystemStore.open(root, clock);
        opened.add(store);
        return store;
    }
}
