package io.wharfgate.registry;

import static io.wharfgate.registry.Image.bytes;
import static io.wharfgate.registry.Image.sha256;
import static io.wharfgate.registry.RegistryAssert.assertRefused;
import static io.wharfgate.registry.RegistryAssert.assertWhole;
import static io.wharfgate.registry.RegistryAssert.tags;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestsTest {

    private static final RepositoryName NAME = new RepositoryName("team/app");
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final String DIRECTORY = "docker/registry/v2/repositories/team/app/_manifests/";
    private static final Tag LATEST = new Tag("latest");
    private static final Image IMAGE = new Image("one");
    private static final Reference BY_DIGEST = new Reference.ByDigest(IMAGE.digest());

    private final MemoryStore store = new MemoryStore();
    private final Registry registry = new Registry(store, new RegistryConfig(true, false));

    @BeforeEach
    void open() throws IOException {
        registry.open();
    }

    @Test
    void isServedAsItWasPushedByTagAndByDigest() throws IOException {
        assertThat(IMAGE.push(registry, NAME, LATEST)).isEqualTo(IMAGE.digest());

        for (Reference reference : new Reference[] {LATEST, BY_DIGEST}) {
            Manifests.Stored stored = registry.manifests().get(NAME, reference);
            assertThat(stored.digest()).isEqualTo(IMAGE.digest());
            assertThat(stored.content()).isEqualTo(IMAGE.manifest());
            assertThat(stored.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
        }
    }

    @Test
    void liesWhereDistributionLooksForIt() throws IOException {
        IMAGE.push(registry, NAME, LATEST);

        String hex = IMAGE.digest().hex();
        byte[] link = bytes("sha256:" + hex);
        assertThat(store.read(new ObjectKey(DIRECTORY + "revisions/sha256/" + hex + "/link"), 100))
                .isEqualTo(link);
        assertThat(store.read(new ObjectKey(DIRECTORY + "tags/latest/current/link"), 100))
                .isEqualTo(link);
        assertThat(store.read(new ObjectKey(DIRECTORY + "tags/latest/index/sha256/" + hex + "/link"), 100))
                .isEqualTo(link);
        assertThat(store.read(
                        new ObjectKey("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"),
                        9999))
                .isEqualTo(IMAGE.manifest());
        assertThat(store.list(new ObjectKey(DIRECTORY + "revisions/sha256/" + hex)))
                .hasSize(1);
    }

    @Test
    void byDigestIsNotTagged() throws IOException {
        IMAGE.push(registry, NAME, BY_DIGEST);

        assertWhole(registry, NAME, BY_DIGEST);
        assertThat(tags(registry, NAME)).isEmpty();
    }

    @Test
    void bySha512IsServedBySha512() throws IOException {
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, IMAGE.manifest());

        assertThat(IMAGE.push(registry, NAME, new Reference.ByDigest(sha512))).isEqualTo(sha512);

        assertWhole(registry, NAME, new Reference.ByDigest(sha512));
        registry.manifests().delete(NAME, new Reference.ByDigest(sha512));
        assertRefused(RegistryError.NAME_UNKNOWN, () -> registry.manifests().get(NAME, new Reference.ByDigest(sha512)));
    }

    @Test
    void ofAnotherDigestIsRefused() throws IOException {
        IMAGE.pushBlobs(registry, NAME);
        Digest wrong = sha256(bytes("x"));

        assertRefused(
                RegistryError.DIGEST_INVALID, () -> IMAGE.putManifest(registry, NAME, new Reference.ByDigest(wrong)));

        assertRefused(RegistryError.NAME_UNKNOWN, () -> registry.manifests().get(NAME, BY_DIGEST));
    }

    @Test
    void aTagMoves() throws IOException {
        Image second = new Image("two");
        IMAGE.push(registry, NAME, LATEST);
        second.push(registry, NAME, LATEST);

        assertThat(registry.manifests().get(NAME, LATEST).digest()).isEqualTo(second.digest());
        assertWhole(registry, NAME, BY_DIGEST);
    }

    @Test
    void tellsAnUnknownManifestFromAnUnknownRepository() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        Tag absent = new Tag("absent");

        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, absent));
        assertRefused(RegistryError.NAME_UNKNOWN, () -> registry.manifests().get(OTHER, LATEST));
        assertRefused(RegistryError.NAME_UNKNOWN, () -> registry.manifests().get(OTHER, BY_DIGEST));
    }

    @Test
    void isUnknownWithoutItsRevisionLinkOrItsContent() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        new Image("two").push(registry, NAME, new Tag("two"));
        store.delete(
                new ObjectKey(DIRECTORY + "revisions/sha256/" + IMAGE.digest().hex() + "/link"));

        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
        store.deleteTree(new ObjectKey("docker/registry/v2/blobs"));
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, new Tag("two")));
    }

    @Test
    void damagedContentIsNotServedAndHealsByPushingAgain() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        String hex = IMAGE.digest().hex();
        store.put(
                new ObjectKey("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"),
                bytes("{}"));

        assertThatIOException().isThrownBy(() -> registry.manifests().get(NAME, LATEST));

        IMAGE.putManifest(registry, NAME, LATEST);
        assertWhole(registry, NAME, LATEST);
    }

    @Test
    void theMediaTypeIsTheOnePushedEvenWhenTheContentSaysLess() throws IOException {
        byte[] artifact = bytes("{\"any\":[1,2,3]}");
        MediaType type = new MediaType("application/vnd.Example.Thing+json; charset=\"utf-8\"");

        Digest digest = registry.manifests()
                .put(NAME, LATEST, List.of(), Optional.of(type), artifact)
                .digest();

        assertThat(registry.manifests().get(NAME, LATEST).mediaType()).isEqualTo(type);
        MediaType other = new MediaType("application/vnd.other+json");
        registry.manifests().put(NAME, new Reference.ByDigest(digest), List.of(), Optional.of(other), artifact);
        assertThat(registry.manifests().get(NAME, LATEST).mediaType()).isEqualTo(other);
    }

    @Test
    void theMediaTypeIsForgottenWhenItIsPushedWithTheOneItNames() throws IOException {
        IMAGE.pushBlobs(registry, NAME);
        MediaType withParameter = new MediaType(MediaType.OCI_MANIFEST + ";charset=utf-8");
        registry.manifests().put(NAME, LATEST, List.of(), Optional.of(withParameter), IMAGE.manifest());
        assertThat(registry.manifests().get(NAME, LATEST).mediaType()).isEqualTo(withParameter);

        IMAGE.putManifest(registry, NAME, LATEST);

        assertThat(registry.manifests().get(NAME, LATEST).mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    }

    @Test
    void withoutAnyMediaTypeTheShapeDecides() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        byte[] index = bytes("{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + IMAGE.digest() + "\"}]}");
        registry.manifests().put(NAME, new Tag("index"), List.of(), Optional.empty(), index);

        assertThat(registry.manifests().get(NAME, new Tag("index")).mediaType()).isEqualTo(MediaType.OCI_INDEX);
        byte[] image = bytes(
                new String(IMAGE.manifest(), StandardCharsets.UTF_8).replaceFirst("\"mediaType\":\"[^\"]*\",", ""));
        registry.manifests().put(NAME, new Tag("image"), List.of(), Optional.empty(), image);
        assertThat(registry.manifests().get(NAME, new Tag("image")).mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    }

    @Test
    void servesWhatAnotherRegistryTookWhateverItIs() throws IOException {
        byte[] schema1 = bytes("{\"schemaVersion\":1,\"name\":\"x\",\"fsLayers\":[],\"signatures\":[]}");
        byte[] binary = {0, 1, 2};
        plant(schema1, "old");
        plant(binary, "binary");
        plant(bytes("{\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"a\":1,\"a\":2}"), "repeated");

        assertThat(registry.manifests().get(NAME, new Tag("old")).mediaType())
                .isEqualTo(MediaType.DOCKER_SCHEMA1_SIGNED);
        assertThat(registry.manifests().get(NAME, new Tag("repeated")).mediaType())
                .isEqualTo(MediaType.OCI_INDEX);
        assertThat(registry.manifests().get(NAME, new Tag("binary")).mediaType())
                .isEqualTo(MediaType.OCTET_STREAM);
        assertThat(registry.manifests().get(NAME, new Tag("binary")).content()).isEqualTo(binary);
    }

    @Test
    void needsItsBlobs() throws IOException {
        Image.pushBlob(registry, NAME, IMAGE.config());

        assertRefused(RegistryError.MANIFEST_BLOB_UNKNOWN, () -> IMAGE.putManifest(registry, NAME, LATEST))
                .satisfies(e -> assertThat(e.detail())
                        .containsEntry("digest", sha256(IMAGE.layer()).toString()));

        Image.pushBlob(registry, OTHER, IMAGE.layer());
        assertRefused(RegistryError.MANIFEST_BLOB_UNKNOWN, () -> IMAGE.putManifest(registry, NAME, LATEST));
        Image.pushBlob(registry, NAME, IMAGE.layer());
        IMAGE.putManifest(registry, NAME, LATEST);
    }

    @Test
    void anIndexNeedsItsManifestsAndMayNameBlobs() throws IOException {
        IMAGE.push(registry, OTHER, LATEST);
        byte[] index = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + "{\"digest\":\"" + IMAGE.digest() + "\"},{\"digest\":\"" + sha256(bytes("cache")) + "\"}]}");

        assertRefused(RegistryError.MANIFEST_BLOB_UNKNOWN, () -> put("i", index));
        IMAGE.push(registry, NAME, BY_DIGEST);
        assertRefused(RegistryError.MANIFEST_BLOB_UNKNOWN, () -> put("i", index));
        Image.pushBlob(registry, NAME, bytes("cache"));
        put("i", index);

        assertThat(registry.manifests().get(NAME, new Tag("i")).content()).isEqualTo(index);
    }

    @Test
    void theLargestIsTakenAndALargerOneIsNot() throws IOException {
        String frame = "{\"mediaType\":\"application/vnd.example+json\",\"a\":\"\"}";
        byte[] largest = bytes(frame.replace("\"\"", '"' + "x".repeat(Manifests.MAX_SIZE - frame.length()) + '"'));

        put("large", largest);

        assertThat(registry.manifests().get(NAME, new Tag("large")).content()).isEqualTo(largest);
        assertRefused(
                RegistryError.MANIFEST_TOO_LARGE,
                () -> put("l", bytes(" " + new String(largest, StandardCharsets.UTF_8))));
    }

    @Test
    void deletingATagLeavesTheManifestAndItsOtherTags() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        IMAGE.putManifest(registry, NAME, new Tag("v1"));

        registry.manifests().delete(NAME, LATEST);

        assertThat(tags(registry, NAME)).containsExactly("v1");
        assertWhole(registry, NAME, BY_DIGEST);
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, LATEST));
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().delete(NAME, LATEST));
    }

    @Test
    void deletingAManifestTakesItsTagsAlongAndNoOthers() throws IOException {
        Image second = new Image("two");
        IMAGE.push(registry, NAME, LATEST);
        IMAGE.putManifest(registry, NAME, new Tag("v1"));
        second.push(registry, NAME, new Tag("v2"));
        IMAGE.push(registry, OTHER, LATEST);

        registry.manifests().delete(NAME, BY_DIGEST);

        assertThat(tags(registry, NAME)).containsExactly("v2");
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().get(NAME, BY_DIGEST));
        assertRefused(RegistryError.MANIFEST_UNKNOWN, () -> registry.manifests().delete(NAME, BY_DIGEST));
        assertWhole(registry, OTHER, LATEST);
    }

    @Test
    void aManifestThatIsPushedAgainAfterItsDeletionIsBack() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        registry.manifests().delete(NAME, BY_DIGEST);

        IMAGE.putManifest(registry, NAME, LATEST);

        assertWhole(registry, NAME, LATEST);
    }

    @Test
    void deletesNothingWhereThatIsSwitchedOff() throws IOException {
        IMAGE.push(registry, NAME, LATEST);
        Registry keeping = new Registry(store, new RegistryConfig(false, false));

        assertRefused(RegistryError.UNSUPPORTED, () -> keeping.manifests().delete(NAME, LATEST));
        assertRefused(RegistryError.UNSUPPORTED, () -> keeping.manifests().delete(NAME, BY_DIGEST));

        assertWhole(registry, NAME, LATEST);
    }

    @Test
    void aFullDiskIsTold() throws IOException {
        IMAGE.pushBlobs(registry, NAME);
        store.capacity(0);

        assertRefused(RegistryError.STORAGE_FULL, () -> IMAGE.putManifest(registry, NAME, LATEST));
    }

    private void put(String tag, byte[] content) throws IOException {
        registry.manifests().put(NAME, new Tag(tag), List.of(), Optional.empty(), content);
    }

    /** Puts a manifest straight into the storage, as another registry would. */
    private void plant(byte[] content, String tag) throws IOException {
        Digest digest = sha256(content);
        Links links = new Links(store);
        store.put(RegistryLayout.blobData(digest), content);
        links.write(RegistryLayout.revisionLink(NAME, digest), digest);
        links.write(RegistryLayout.tagCurrentLink(NAME, new Tag(tag)), digest);
    }
}
