package io.wharfgate.registry;

import static io.wharfgate.registry.Image.bytes;
import static io.wharfgate.registry.Image.sha256;
import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobsTest {

    private static final RepositoryName NAME = new RepositoryName("app");
    private static final RepositoryName OTHER = new RepositoryName("other/app");
    private static final byte[] CONTENT = bytes("content");
    private static final Digest DIGEST = sha256(CONTENT);

    private final MemoryStore store = new MemoryStore();
    private final Registry registry = new Registry(store, new RegistryConfig(true, false));

    @Test
    void liesWhereDistributionLooksForIt() throws IOException {
        push();

        String hex = DIGEST.hex();
        assertThat(store.read(
                        new ObjectKey("docker/registry/v2/blobs/sha256/%s/%s/data".formatted(hex.substring(0, 2), hex)),
                        100))
                .isEqualTo(CONTENT);
        assertThat(store.read(link(NAME), 100)).isEqualTo(bytes("sha256:" + hex));
    }

    @Test
    void readsAtAnyPosition() throws IOException {
        push();

        try (BlobContent blob = registry.blobs().open(NAME, DIGEST)) {
            ByteBuffer target = ByteBuffer.allocate(3);
            assertThat(blob.size()).isEqualTo(7);
            assertThat(blob.read(target, 2)).isEqualTo(3);
            assertThat(target.array()).isEqualTo(bytes("nte"));
            assertThat(blob.read(ByteBuffer.allocate(3), 7)).isEqualTo(-1);
        }
    }

    @Test
    void isUnknownWithoutItsLink() throws IOException {
        push();

        assertUnknown(OTHER);
    }

    @Test
    void isUnknownWithoutItsContent() throws IOException {
        push();
        store.deleteTree(new ObjectKey("docker/registry/v2/blobs"));

        assertUnknown(NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "sha256:", "garbage", "md5:abc"})
    void isUnknownWhenItsLinkIsDamaged(String text) throws IOException {
        push();
        store.put(link(NAME), bytes(text));

        assertUnknown(NAME);
    }

    @Test
    void isUnknownWhenItsLinkIsFarTooLong() throws IOException {
        push();
        store.put(link(NAME), new byte[5000]);

        assertUnknown(NAME);
    }

    @Test
    void takesALinkWithALineEnd() throws IOException {
        push();
        store.put(link(NAME), bytes(" " + DIGEST + "\r\n"));

        assertThat(registry.blobs().size(NAME, DIGEST)).hasValue(7L);
    }

    @Test
    void followsDistributionsLinksFromSha512ToSha256() throws IOException {
        push();
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, CONTENT);
        store.put(
                new ObjectKey("docker/registry/v2/repositories/app/_layers/sha512/" + sha512.hex() + "/link"),
                bytes(DIGEST.toString()));

        assertThat(Image.readBlob(registry, NAME, sha512)).isEqualTo(CONTENT);
        assertThat(registry.blobs().mount(OTHER, NAME, sha512)).isTrue();
        assertThat(Image.readBlob(registry, OTHER, sha512)).isEqualTo(CONTENT);
    }

    @Test
    void mountsWithoutCopying() throws IOException {
        push();

        assertThat(registry.blobs().mount(OTHER, NAME, DIGEST)).isTrue();

        assertThat(Image.readBlob(registry, OTHER, DIGEST)).isEqualTo(CONTENT);
    }

    @Test
    void doesNotMountWhatTheSourceLacks() throws IOException {
        push();
        assertThat(registry.blobs().mount(NAME, OTHER, DIGEST)).isFalse();
        store.deleteTree(new ObjectKey("docker/registry/v2/blobs"));

        assertThat(registry.blobs().mount(OTHER, NAME, DIGEST)).isFalse();
        assertUnknown(OTHER);
    }

    @Test
    void aMountOnAFullDiskIsTold() throws IOException {
        push();
        store.capacity(0);

        assertRefused(RegistryError.STORAGE_FULL, () -> registry.blobs().mount(OTHER, NAME, DIGEST));
    }

    @Test
    void deletesFromOneRepositoryOnly() throws IOException {
        push();
        registry.blobs().mount(OTHER, NAME, DIGEST);

        registry.blobs().delete(NAME, DIGEST);

        assertUnknown(NAME);
        assertRefused(RegistryError.BLOB_UNKNOWN, () -> registry.blobs().delete(NAME, DIGEST));
        assertThat(Image.readBlob(registry, OTHER, DIGEST)).isEqualTo(CONTENT);
    }

    @Test
    void deletesNothingWhereThatIsSwitchedOff() throws IOException {
        push();
        Registry keeping = new Registry(store, new RegistryConfig(false, false));

        assertRefused(RegistryError.UNSUPPORTED, () -> keeping.blobs().delete(NAME, DIGEST));

        assertThat(registry.blobs().size(NAME, DIGEST)).hasValue(7L);
    }

    private void push() throws IOException {
        Image.pushBlob(registry, NAME, CONTENT);
    }

    private void assertUnknown(RepositoryName name) throws IOException {
        assertThat(registry.blobs().size(name, DIGEST)).isEmpty();
        assertRefused(RegistryError.BLOB_UNKNOWN, () -> registry.blobs().open(name, DIGEST));
    }

    private static ObjectKey link(RepositoryName name) {
        return new ObjectKey("docker/registry/v2/repositories/" + name + "/_layers/sha256/" + DIGEST.hex() + "/link");
    }

    @Test
    void mountsFromWhereTheBlobWasSeen() throws IOException {
        Image.pushBlob(registry, NAME, CONTENT);

        assertThat(registry.blobs().mountFromAny(OTHER, DIGEST, NAME::equals)).isTrue();
        assertThat(Image.readBlob(registry, OTHER, DIGEST)).isEqualTo(CONTENT);
    }

    @Test
    void mountsFromNoRepositoryThatMayNotBeRead() throws IOException {
        Image.pushBlob(registry, NAME, CONTENT);

        assertThat(registry.blobs().mountFromAny(OTHER, DIGEST, name -> false)).isFalse();
        assertThat(registry.blobs().size(OTHER, DIGEST)).isEmpty();
    }

    @Test
    void aHintThatIsOutOfDateMountsNothing() throws IOException {
        Image.pushBlob(registry, NAME, CONTENT);
        registry.blobs().delete(NAME, DIGEST);

        assertThat(registry.blobs().mountFromAny(OTHER, DIGEST, name -> true)).isFalse();
    }

    @Test
    void afterARestartItLooksIntoRepositoriesOfTheCatalog() throws IOException {
        Image image = new Image("one");
        image.push(registry, NAME, new Tag("latest"));
        Digest layer = Image.sha256(image.layer());
        try (Registry restarted = new Registry(store, new RegistryConfig(true, false))) {
            restarted.open();
            restarted.catalog().page(OptionalInt.empty(), Optional.empty());

            assertThat(restarted.blobs().mountFromAny(OTHER, layer, NAME::equals))
                    .isTrue();
        }
    }
}
