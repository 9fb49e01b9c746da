package io.wharfgate.registry;

import static io.wharfgate.registry.Image.bytes;
import static io.wharfgate.registry.Image.sha256;
import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.StorageFullException;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UploadsTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final byte[] CONTENT = bytes("one two three");

    private final MemoryStore store = new MemoryStore();
    private final Registry registry = restart();

    @Test
    void beginsEmpty() throws IOException {
        UploadId id = start();

        assertThat(registry.uploads().offset(NAME, id)).isZero();
    }

    @Test
    void looksLikeOneOfDistribution() throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-11-22T07:00:33.123Z"), ZoneOffset.UTC);
        UploadId id = new Registry(store, new RegistryConfig(true, false), clock)
                .uploads()
                .start(NAME, DigestAlgorithm.SHA256);

        ObjectKey session = new ObjectKey("docker/registry/v2/repositories/team/app/_uploads/" + id);
        assertThat(new String(store.read(session.child("startedat"), 100), StandardCharsets.UTF_8))
                .isEqualTo("2026-11-22T07:00:33Z");
        assertThat(store.size(session.child("data"))).hasValue(0);
        assertThat(store.list(session)).hasSize(2);
    }

    @Test
    void becomesABlobOfTheRepository() throws IOException {
        UploadId id = start();

        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.append(ByteBuffer.wrap(CONTENT));
            assertThat(writer.offset()).isEqualTo(CONTENT.length);
            assertThat(writer.commit(sha256(CONTENT))).isEqualTo(sha256(CONTENT));
        }

        assertThat(Image.readBlob(registry, NAME, sha256(CONTENT))).isEqualTo(CONTENT);
        assertThat(registry.blobs().size(OTHER, sha256(CONTENT))).isEmpty();
        assertGone(id);
    }

    @Test
    void anEmptyBlobIsABlob() throws IOException {
        Digest empty = sha256(new byte[0]);
        UploadId id = start();

        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.commit(empty);
        }

        assertThat(registry.blobs().size(NAME, empty)).hasValue(0L);
        assertThat(Image.readBlob(registry, NAME, empty)).isEmpty();
    }

    @Test
    void goesOnInAnotherRequest() throws IOException {
        UploadId id = start();
        append(registry, id, "one ");
        assertThat(registry.uploads().offset(NAME, id)).isEqualTo(4);
        append(registry, id, "two ");

        commit(registry, id, "three");
    }

    @Test
    void goesOnAfterARestart() throws IOException {
        UploadId id = start();
        append(registry, id, "one ");

        Registry restarted = restart();
        assertThat(restarted.uploads().offset(NAME, id)).isEqualTo(4);
        append(restarted, id, "two ");

        commit(restarted, id, "three");
    }

    @Test
    void noticesWhatAnotherProcessHasAppended() throws IOException {
        UploadId id = start();
        append(registry, id, "one ");
        append(restart(), id, "two ");

        commit(registry, id, "three");
    }

    @Test
    void readsNothingAgainWhileTheProcessLives() throws IOException {
        FaultyObjectStore counting = FaultyObjectStore.sound(store);
        Registry living = new Registry(counting, new RegistryConfig(true, false));
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            UploadId id = living.uploads().start(NAME, algorithm);
            append(living, id, "one ");
            append(living, id, "two ");
            try (UploadWriter writer = living.uploads().open(NAME, id)) {
                writer.append(ByteBuffer.wrap(bytes("three")));
                writer.commit(Digest.of(algorithm, CONTENT));
            }
        }

        assertThat(counting.opened()).isZero();
    }

    @Test
    void readsOnceAfterARestartWithTheAlgorithmOfTheStart() throws IOException {
        UploadId id = registry.uploads().start(NAME, DigestAlgorithm.SHA512);
        append(registry, id, "one two ");
        FaultyObjectStore counting = FaultyObjectStore.sound(store);
        try (UploadWriter writer = new Registry(counting, new RegistryConfig(true, false))
                .uploads()
                .open(NAME, id)) {
            writer.append(ByteBuffer.wrap(bytes("three")));
            writer.commit(Digest.of(DigestAlgorithm.SHA512, CONTENT));
        }

        assertThat(counting.opened()).isEqualTo(1);
    }

    @Test
    void survivesTheLossOfItsHash() throws IOException {
        UploadId id = start();
        append(registry, id, "one two ");
        for (int i = 0; i < IdleHashes.MOST + 1; i++) {
            registry.uploads().start(OTHER, DigestAlgorithm.SHA256);
        }

        commit(registry, id, "three");
    }

    @ParameterizedTest
    @EnumSource
    void commitsByAnyAlgorithmWhateverWasAnnounced(DigestAlgorithm algorithm) throws IOException {
        for (DigestAlgorithm announced : DigestAlgorithm.values()) {
            for (Registry second : new Registry[] {registry, restart()}) {
                UploadId id = registry.uploads().start(NAME, announced);
                append(registry, id, "one ");
                Digest digest = Digest.of(algorithm, CONTENT);
                try (UploadWriter writer = second.uploads().open(NAME, id)) {
                    writer.append(ByteBuffer.wrap(bytes("two three")));
                    writer.commit(digest);
                }
                assertThat(Image.readBlob(registry, NAME, digest)).isEqualTo(CONTENT);
                assertGone(id);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongDigestLeavesNothing(DigestAlgorithm algorithm) throws IOException {
        Digest wrong = Digest.of(algorithm, bytes("something else"));
        UploadId id = start();

        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.append(ByteBuffer.wrap(CONTENT));
            assertRefused(RegistryError.DIGEST_INVALID, () -> writer.commit(wrong));
        }

        assertGone(id);
        assertThat(registry.blobs().size(NAME, wrong)).isEmpty();
        assertThat(registry.blobs().size(NAME, sha256(CONTENT))).isEmpty();
        assertThat(store.list(new ObjectKey("docker"))).as("anything at all").isEmpty();
    }

    @Test
    void oneRequestAtATime() throws IOException {
        UploadId id = start();

        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.append(ByteBuffer.wrap(bytes("one ")));
            assertRefused(
                    RegistryError.BLOB_UPLOAD_BUSY, () -> registry.uploads().open(NAME, id));
            assertRefused(
                    RegistryError.BLOB_UPLOAD_BUSY, () -> registry.uploads().cancel(NAME, id));
            assertThat(registry.uploads().offset(NAME, id)).isEqualTo(4);
        }

        commit(registry, id, "two three");
    }

    @Test
    void belongsToItsRepository() throws IOException {
        UploadId id = start();

        assertUnknown(OTHER, id);
        assertThat(registry.uploads().offset(NAME, id)).isZero();
    }

    @Test
    void anUnknownSessionIsToldAndLeavesNothingBusy() {
        UploadId id = UploadId.random();

        assertUnknown(NAME, id);
        assertUnknown(NAME, id);
    }

    @Test
    void cancelForgetsEverything() throws IOException {
        UploadId id = start();
        append(registry, id, "one");

        registry.uploads().cancel(NAME, id);

        assertGone(id);
    }

    @Test
    void aClosedWriterTakesNothing() throws IOException {
        UploadId id = start();
        UploadWriter writer = registry.uploads().open(NAME, id);
        writer.close();
        writer.close();

        assertThatIOException().isThrownBy(() -> writer.append(ByteBuffer.wrap(CONTENT)));
        assertThatIOException().isThrownBy(() -> writer.commit(sha256(CONTENT)));
        try (UploadWriter next = registry.uploads().open(NAME, id)) {
            writer.close();
            assertRefused(
                    RegistryError.BLOB_UPLOAD_BUSY, () -> registry.uploads().open(NAME, id));
            assertThat(next.offset()).isZero();
        }
    }

    @Test
    void twoUploadsOfOneBlobBothSucceed() throws IOException {
        UploadId first = start();
        UploadId second = start();
        append(registry, first, "one two ");
        append(registry, second, "one two ");

        commit(registry, first, "three");
        commit(registry, second, "three");

        assertThat(Image.readBlob(registry, NAME, sha256(CONTENT))).isEqualTo(CONTENT);
    }

    @Test
    void aFullDiskIsToldAndTheUploadGoesOnWhenThereIsRoom() throws IOException {
        UploadId id = start();
        append(registry, id, "one ");
        store.capacity(0);

        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            assertRefused(RegistryError.STORAGE_FULL, () -> writer.append(ByteBuffer.wrap(bytes("two "))));
            assertThat(writer.offset()).isEqualTo(4);
            assertThatIOException().isThrownBy(() -> writer.append(ByteBuffer.wrap(bytes("two "))));
        }
        assertRefused(RegistryError.STORAGE_FULL, this::start);

        store.capacity(Long.MAX_VALUE);
        assertThat(registry.uploads().offset(NAME, id)).isEqualTo(4);
        commit(registry, id, "two three");
    }

    @Test
    void aFullDiskAtAnyWriteLeavesAnUploadThatEndsWellOrIsGone() throws IOException {
        int nth = 0;
        FaultyObjectStore faulty;
        do {
            nth++;
            faulty = FaultyObjectStore.failingOnce(new MemoryStore(), nth, () -> new StorageFullException("full"));
            Registry full = new Registry(faulty, new RegistryConfig(true, false));
            try {
                Image.pushBlob(full, NAME, CONTENT);
            } catch (RegistryException e) {
                assertThat(e.error()).isEqualTo(RegistryError.STORAGE_FULL);
                Image.pushBlob(full, NAME, CONTENT);
            }
            assertThat(Image.readBlob(full, NAME, sha256(CONTENT)))
                    .as("full at write %d", nth)
                    .isEqualTo(CONTENT);
        } while (faulty.hasFailed());
        assertThat(nth).isGreaterThan(4);
    }

    private UploadId start() throws IOException {
        return registry.uploads().start(NAME, DigestAlgorithm.SHA256);
    }

    private Registry restart() {
        return new Registry(store, new RegistryConfig(true, false));
    }

    private static void append(Registry registry, UploadId id, String text) throws IOException {
        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.append(ByteBuffer.wrap(bytes(text)));
        }
    }

    private static void commit(Registry registry, UploadId id, String rest) throws IOException {
        try (UploadWriter writer = registry.uploads().open(NAME, id)) {
            writer.append(ByteBuffer.wrap(bytes(rest)));
            writer.commit(sha256(CONTENT));
        }
        assertThat(Image.readBlob(registry, NAME, sha256(CONTENT))).isEqualTo(CONTENT);
    }

    private void assertGone(UploadId id) throws IOException {
        assertUnknown(NAME, id);
        assertThat(store.list(new ObjectKey("docker/registry/v2/repositories/team/app/_uploads")))
                .noneMatch(child -> child.name().equals(id.toString()));
    }

    private void assertUnknown(RepositoryName name, UploadId id) {
        assertRefused(
                RegistryError.BLOB_UPLOAD_UNKNOWN, () -> registry.uploads().offset(name, id));
        assertRefused(
                RegistryError.BLOB_UPLOAD_UNKNOWN, () -> registry.uploads().open(name, id));
        assertRefused(
                RegistryError.BLOB_UPLOAD_UNKNOWN, () -> registry.uploads().cancel(name, id));
    }
}
