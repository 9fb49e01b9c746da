package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import org.junit.jupiter.api.Test;

/** Deleting, and deleting switched off. */
abstract class DeleteContract extends ResourceContract {

    abstract RegistryClient clientWithoutDelete();

    @Test
    @Deviates(trait = Trait.NO_DELETE_BY_TAG, seen = "400")
    void deleteByTagRemovesThatTagOnly() {
        Image image = client().pushImage(name, "one");
        client().put(manifestPath("two"), image.manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(client().delete(manifestPath("one")).statusCode()).isEqualTo(202);
        assertError(client().get(manifestPath("one")), 404, "MANIFEST_UNKNOWN");
        assertThat(client().get(manifestPath("two")).statusCode()).isEqualTo(200);
        assertThat(client().get(manifestPath(image.digest())).statusCode()).isEqualTo(200);
        assertThat(text(client().get("/v2/" + name + "/tags/list"))).contains("[\"two\"]");
    }

    @Test
    void deleteByDigestRemovesTheManifestAndItsTags() {
        Image image = client().pushImage(name, "one");
        client().put(manifestPath("two"), image.manifest(), "Content-Type", OCI_MANIFEST);
        byte[] other = client().pushImage(name, "other").manifest();
        assertThat(client().delete(manifestPath(image.digest())).statusCode()).isEqualTo(202);
        assertError(client().get(manifestPath("one")), 404, "MANIFEST_UNKNOWN");
        assertError(client().get(manifestPath("two")), 404, "MANIFEST_UNKNOWN");
        assertError(client().get(manifestPath(image.digest())), 404, "MANIFEST_UNKNOWN");
        assertThat(client().get(manifestPath("other")).body()).isEqualTo(other);
        assertThat(text(client().get("/v2/" + name + "/tags/list"))).contains("[\"other\"]");
    }

    @Test
    void deletedManifestCanBePushedAgain() {
        Image image = client().pushImage(name, "one");
        client().delete(manifestPath(image.digest()));
        assertThat(client().pushImage(name, "one").digest()).isEqualTo(image.digest());
        assertThat(client().get(manifestPath("one")).body()).isEqualTo(image.manifest());
    }

    @Test
    void deletedBlobIsGoneHereAndStaysElsewhere() {
        byte[] content = noise(1_000, 40);
        Digest digest = client().pushBlob(name, content);
        client().pushBlob(name + "/other", content);
        assertThat(client().delete(blobPath(digest)).statusCode()).isEqualTo(202);
        assertError(client().get(blobPath(digest)), 404, "BLOB_UNKNOWN");
        assertThat(client().head(blobPath(digest)).statusCode()).isEqualTo(404);
        assertThat(client().get("/v2/" + name + "/other/blobs/" + digest).body())
                .isEqualTo(content);
        client().pushBlob(name, content);
        assertThat(client().get(blobPath(digest)).body()).isEqualTo(content);
    }

    @Test
    @Deviates(trait = Trait.NO_DELETE_BY_TAG, seen = "DIGEST_INVALID")
    void deletingWhatIsNotThereIs404() {
        client().pushImage(name, "one");
        assertError(client().delete(manifestPath("missing")), 404, "MANIFEST_UNKNOWN");
        assertError(client().delete(manifestPath(sha256(bytes("missing")))), 404, "MANIFEST_UNKNOWN");
        assertError(client().delete(blobPath(sha256(bytes("missing")))), 404, "BLOB_UNKNOWN");
    }

    @Test
    void switchedOffDeletesAre405AndDeleteNothing() {
        RegistryClient keeping = clientWithoutDelete();
        Image image = keeping.pushImage(name, "one");
        String layer = blobPath(sha256(image.layer()));
        assertError(keeping.delete(manifestPath("one")), 405, "UNSUPPORTED");
        assertError(keeping.delete(manifestPath(image.digest())), 405, "UNSUPPORTED");
        assertError(keeping.delete(layer), 405, "UNSUPPORTED");
        assertThat(keeping.get(manifestPath("one")).body()).isEqualTo(image.manifest());
        assertThat(keeping.get(layer).body()).isEqualTo(image.layer());
    }

    @Test
    void uploadsCanBeCancelledWhereDeletingIsOff() {
        assertThat(clientWithoutDelete()
                        .delete(clientWithoutDelete().startUpload(name))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    @Deviates(trait = Trait.NO_ALLOW, seen = "no Allow")
    void methodsThatAreLeftAreNamedWhereDeletingIsOff() {
        Image image = clientWithoutDelete().pushImage(name, "one");
        assertThat(header(clientWithoutDelete().delete(manifestPath("one")), "Allow"))
                .isEqualTo("GET, HEAD, PUT");
        assertThat(header(clientWithoutDelete().delete(blobPath(sha256(image.layer()))), "Allow"))
                .isEqualTo("GET, HEAD");
    }
}
