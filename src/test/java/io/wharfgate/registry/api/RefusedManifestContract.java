package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.string;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that are not taken, and leave nothing. */
abstract class RefusedManifestContract extends ResourceContract {

    private void assertRefused(byte[] manifest, String type, int status, String code) {
        HttpResponse<byte[]> answer = client().put(manifestPath("refused"), manifest, "Content-Type", type);
        assertError(answer, status, code);
        assertThat(client().head(manifestPath("refused")).statusCode()).isEqualTo(404);
    }

    @Test
    void manifestWhoseBlobsAreMissingIsRefusedAndSaysWhich() {
        Image image = Image.of(name);
        client().pushBlob(name, image.config());
        HttpResponse<byte[]> answer =
                client().put(manifestPath("latest"), image.manifest(), "Content-Type", OCI_MANIFEST);
        assertError(answer, 400, "MANIFEST_BLOB_UNKNOWN");
        assertThat(text(answer)).contains(sha256(image.layer()).toString());
        client().pushBlob(name, image.layer());
        assertThat(client().put(manifestPath("latest"), image.manifest(), "Content-Type", OCI_MANIFEST)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void blobsOfAnotherRepositoryDoNotCount() {
        Image image = Image.of(name);
        client().pushBlob(name, image.config());
        client().pushBlob(name + "/other", image.layer());
        assertRefused(image.manifest(), OCI_MANIFEST, 400, "MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    void indexOfMissingManifestsIsRefused() {
        String type = "application/vnd.oci.image.index.v1+json";
        byte[] index = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"manifests\":[{\"mediaType\":\""
                + OCI_MANIFEST + "\",\"digest\":\"" + sha256(bytes("no")) + "\",\"size\":2}]}");
        assertRefused(index, type, 400, "MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    @Deviates(trait = Trait.FOREIGN_LAYERS_NEED_URLS, seen = "400")
    void foreignLayersMayBeAbsent() {
        Image image = Image.of(name);
        client().pushBlob(name, image.config());
        byte[] manifest = bytes(string(image.manifest())
                .replace(
                        "application/vnd.oci.image.layer.v1.tar",
                        "application/vnd.oci.image.layer.nondistributable.v1.tar"));
        assertThat(client().put(manifestPath("windows"), manifest, "Content-Type", OCI_MANIFEST)
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "null",
                "\"text\"",
                "{\"schemaVersion\":2",
                "{\"schemaVersion\":2}{}",
                "{\"schemaVersion\":2,\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"x\",\"digest\":\"y\"},\"layers\":[]}",
                "{\"schemaVersion\":2,\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:nonsense\",\"size\":1},\"layers\":[]}",
                "{\"schemaVersion\":2,\"config\":{},\"layers\":[],\"manifests\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
            })
    @Deviates(
            trait = Trait.UNCHECKED_MANIFESTS,
            seen = "UNKNOWN",
            rows = {4, 11})
    @Deviates(
            trait = Trait.UNCHECKED_MANIFESTS,
            seen = "MANIFEST_BLOB_UNKNOWN",
            rows = {8, 9, 10})
    void whatIsNoImageManifestIsRefused(String content) {
        assertRefused(bytes(content), OCI_MANIFEST, 400, "MANIFEST_INVALID");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] manifest = bytes("{\"a\":\"?\"}");
        manifest[6] = (byte) 0xff;
        assertRefused(manifest, "application/vnd.example+json", 400, "MANIFEST_INVALID");
    }

    @Test
    void deepNestingIsRefused() {
        byte[] manifest = bytes("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertRefused(manifest, "application/vnd.example+json", 400, "MANIFEST_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.docker.distribution.manifest.v1+json",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "application/json"
            })
    @Deviates(trait = Trait.KNOWN_MANIFESTS_ONLY, seen = "manifest invalid")
    void schema1IsRefusedAndSaysWhatToDo(String type) {
        byte[] manifest = bytes("{\"schemaVersion\":1,\"name\":\"x\",\"tag\":\"y\",\"fsLayers\":[],\"history\":[]}");
        assertRefused(manifest, type, 400, "MANIFEST_INVALID");
        assertThat(text(client().put(manifestPath("refused"), manifest, "Content-Type", type)))
                .contains("schema 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "/", "text/", "a/b/c"})
    void malformedContentTypeIsRefused(String type) {
        assertRefused(Image.of(name).manifest(), type, 400, "MANIFEST_INVALID");
    }

    @Test
    void manifestUnderAnotherDigestIsRefused() {
        byte[] manifest = client().pushImage(name, "latest").manifest();
        HttpResponse<byte[]> answer =
                client().put(manifestPath(sha256(bytes("other"))), manifest, "Content-Type", OCI_MANIFEST);
        assertError(answer, 400, "DIGEST_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:nonsense", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:"})
    void malformedOrUnknownDigestIs400(String reference) {
        assertError(client().get(manifestPath(reference)), 400, "DIGEST_INVALID");
        assertError(
                client().put(manifestPath(reference), bytes("{}"), "Content-Type", "application/vnd.example+json"),
                400,
                "DIGEST_INVALID");
    }

    @Test
    @Deviates(trait = Trait.NO_413, seen = "request body too large")
    void manifestOverTheLimitIs413WithLength() {
        byte[] large = spaces((4 << 20) + 1);
        assertRefused(large, "application/vnd.example+json", 413, "SIZE_INVALID");
    }

    @Test
    @Deviates(trait = Trait.READS_BODY_FIRST, seen = "Read timed out")
    void manifestOverTheLimitIs413WithoutLength() throws Exception {
        try (RawTls raw = raw()) {
            raw.patience(patience(Trait.READS_BODY_FIRST));
            raw.request(
                    "PUT " + manifestPath("refused"),
                    "Content-Type: application/vnd.example+json",
                    "Transfer-Encoding: chunked");
            // Exactly one byte too many, and not the end: the answer must not wait for it.
            raw.send(Integer.toHexString((4 << 20) + 1) + "\r\n").send(spaces((4 << 20) + 1));
            assertThat(raw.expectError(413, "SIZE_INVALID")).contains("Connection: close");
        }
    }

    private static byte[] spaces(int count) {
        byte[] content = new byte[count];
        Arrays.fill(content, (byte) ' ');
        return content;
    }
}
