package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.closing;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.text;
import static io.wharfgate.registry.api.RegistryClient.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which whole blobs come in, and how an upload ends. */
abstract class UploadContract extends ResourceContract {

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private void assertStored(HttpResponse<byte[]> answer, Digest digest, byte[] content) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Location")).isEqualTo(blobPath(digest));
        assertThat(client().get(blobPath(digest)).body()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/blobs/uploads/", "/blobs/uploads"})
    @Deviates(trait = Trait.SLASH_MATTERS, seen = "301", rows = 2)
    void postBeginsAnUploadAndAnswersWithAPathOnly(String path) {
        HttpResponse<byte[]> answer = client().post("/v2/" + name + path, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(path(header(answer, "Location"))).matches("/v2/" + name + "/blobs/uploads/" + UUID);
        assertThat(header(answer, "Docker-Upload-UUID")).matches(UUID);
        assertThat(header(answer, "Range")).isEqualTo("0-0");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void dockerPushesWithPostChunkedPatchAndEmptyPut() {
        byte[] content = noise(300_000, 1);
        String location = client().startUpload(name);
        HttpResponse<byte[]> patched = client().chunked("PATCH", location, content);
        assertThat(patched.statusCode()).isEqualTo(202);
        assertSameUpload(header(patched, "Location"), location);
        assertThat(header(patched, "Range")).isEqualTo("0-299999");
        assertThat(path(location)).endsWith(header(patched, "Docker-Upload-UUID"));
        Digest digest = sha256(content);
        assertStored(client().put(closing(header(patched, "Location"), digest), new byte[0]), digest, content);
        assertThat(header(client().head(blobPath(digest)), "Content-Length")).isEqualTo("300000");
    }

    @Test
    void containerdPushesWithPostAndOnePut() {
        byte[] content = noise(100_001, 2);
        Digest digest = sha256(content);
        String location = client().startUpload(name);
        assertStored(client().put(closing(location, digest), content), digest, content);
    }

    @Test
    void closingPutMayBeChunked() {
        byte[] content = noise(200_000, 3);
        Digest digest = sha256(content);
        String location = client().startUpload(name);
        assertStored(client().chunked("PUT", closing(location, digest), content), digest, content);
    }

    @Test
    void digestOfTheClosingPutMayBeEscapedAndStandAmongOtherParameters() {
        byte[] content = bytes("escaped");
        Digest digest = sha256(content);
        String query = "own=abc%3D%3D&digest=" + digest.toString().replace(":", "%3A") + "&z=1";
        assertStored(client().put(with(client().startUpload(name), query), content), digest, content);
    }

    @Test
    @Deviates(trait = Trait.NO_SINGLE_POST, seen = "202")
    void postWithDigestAndBodyStoresTheBlobAtOnce() {
        byte[] content = noise(70_000, 4);
        Digest digest = sha256(content);
        assertStored(client().post(uploadsPath() + "?digest=" + digest, content), digest, content);
    }

    @Test
    @Deviates(trait = Trait.NO_SINGLE_POST, seen = "202")
    void postWithDigestMayBeChunked() {
        byte[] content = noise(70_000, 5);
        Digest digest = sha256(content);
        assertStored(client().chunked("POST", uploadsPath() + "?digest=" + digest, content), digest, content);
    }

    @Test
    @Deviates(trait = Trait.NO_SINGLE_POST, seen = "202")
    void postWithTheWrongDigestIsRefusedAndKeepsNothing() {
        Digest claimed = sha256(bytes("something else"));
        assertError(client().post(uploadsPath() + "?digest=" + claimed, bytes("this")), 400, "DIGEST_INVALID");
        assertThat(client().head(blobPath(claimed)).statusCode()).isEqualTo(404);
        assertThat(client().head(blobPath(sha256(bytes("this")))).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}"})
    void theSmallestBlobsGoRound(String text) {
        byte[] content = bytes(text);
        Digest digest = sha256(content);
        assertStored(client().put(closing(client().startUpload(name), digest), content), digest, content);
        assertThat(header(client().head(blobPath(digest)), "Content-Length"))
                .isEqualTo(Integer.toString(content.length));
    }

    @Test
    @Deviates(trait = Trait.NO_SINGLE_POST, seen = "202")
    void emptyBlobGoesInByEmptyPostToo() {
        Digest digest = sha256(new byte[0]);
        assertStored(client().post(uploadsPath() + "?digest=" + digest, new byte[0]), digest, new byte[0]);
    }

    @Test
    @Deviates(trait = Trait.NO_SHA512, seen = "sha256:")
    void sha512IsTakenWithAndWithoutNotice() {
        byte[] content = noise(10_000, 6);
        Digest digest = Digest.of(DigestAlgorithm.SHA512, content);
        HttpResponse<byte[]> noticed = client().post(uploadsPath() + "?digest-algorithm=sha512", new byte[0]);
        assertThat(noticed.statusCode()).isEqualTo(202);
        assertStored(client().put(closing(header(noticed, "Location"), digest), content), digest, content);
        byte[] other = noise(10_000, 7);
        Digest otherDigest = Digest.of(DigestAlgorithm.SHA512, other);
        assertStored(client().put(closing(client().startUpload(name), otherDigest), other), otherDigest, other);
    }

    @Test
    @Deviates(trait = Trait.NO_SHA512, seen = "202")
    void unknownDigestAlgorithmBeginsNoUpload() {
        assertError(client().post(uploadsPath() + "?digest-algorithm=md5", new byte[0]), 400, "DIGEST_INVALID");
    }

    @Test
    void wrongDigestOfTheClosingPutIsRefusedAndKeepsNothing() {
        String location = client().startUpload(name);
        Digest claimed = sha256(bytes("something else"));
        assertError(client().put(closing(location, claimed), bytes("this")), 400, "DIGEST_INVALID");
        assertThat(client().head(blobPath(claimed)).statusCode()).isEqualTo(404);
        assertError(client().get(location), 404, uploadUnknown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "digest=sha256:nonsense",
                "digest=nonsense",
                "digest=md5:d41d8cd98f00b204e9800998ecf8427e",
                "digest=",
                "digest=sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "digest=sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ""
            })
    void malformedMissingOrUnknownDigestIsRefusedAndTheUploadGoesOn(String query) {
        String location = client().startUpload(name);
        HttpResponse<byte[]> patched = client().patch(location, bytes("kept"));
        assertThat(patched.statusCode()).isEqualTo(202);
        location = header(patched, "Location");
        assertError(client().put(with(location, query), new byte[0]), 400, "DIGEST_INVALID");
        assertThat(header(client().get(location), "Range")).isEqualTo("0-3");
    }

    @Test
    void blobThatIsPushedTwiceIsFineTwice() {
        byte[] content = noise(5_000, 8);
        Digest digest = client().pushBlob(name, content);
        assertThat(client().pushBlob(name, content)).isEqualTo(digest);
        assertThat(client().get(blobPath(digest)).body()).isEqualTo(content);
    }

    @Test
    void mountOfABlobThatTheSourceHasIs201() {
        byte[] content = noise(2_000, 9);
        Digest digest = client().pushBlob(name, content);
        String target = name + "/target";
        HttpResponse<byte[]> answer =
                client().post("/v2/" + target + "/blobs/uploads/?mount=" + digest + "&from=" + name, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Location")).isEqualTo("/v2/" + target + "/blobs/" + digest);
        assertThat(client().get("/v2/" + target + "/blobs/" + digest).body()).isEqualTo(content);
    }

    @Test
    @Deviates(trait = Trait.MOUNT_IS_A_WISH, seen = "202")
    void mountWithoutASourceTakesTheBlobFromAnyRepository() {
        byte[] content = noise(2_000, 12);
        Digest digest = client().pushBlob(name, content);
        String target = name + "/anywhere";
        HttpResponse<byte[]> answer = client().post("/v2/" + target + "/blobs/uploads/?mount=" + digest, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Location")).isEqualTo("/v2/" + target + "/blobs/" + digest);
        assertThat(client().get("/v2/" + target + "/blobs/" + digest).body()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&from=", ""})
    @Deviates(trait = Trait.NO_SHA512, seen = "202")
    void aSha512BlobIsMounted(String from) {
        byte[] content = noise(3_000, 13);
        Digest digest = Digest.of(DigestAlgorithm.SHA512, content);
        assertStored(client().post(uploadsPath() + "?digest=" + digest, content), digest, content);
        String target = name + "/sha512";
        HttpResponse<byte[]> answer = client().post(
                        "/v2/" + target + "/blobs/uploads/?mount=" + digest + (from.isEmpty() ? "" : from + name),
                        new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(client().get("/v2/" + target + "/blobs/" + digest).body()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&from=no/such/source", ""})
    void mountThatCannotBeDoneBecomesAnUpload(String from) {
        byte[] content = bytes("nowhere but in " + name);
        Digest digest = sha256(content);
        HttpResponse<byte[]> answer = client().post(uploadsPath() + "?mount=" + digest + from, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(202);
        String location = header(answer, "Location");
        assertThat(client().put(closing(location, digest), content).statusCode())
                .isEqualTo(201);
    }

    @Test
    @Deviates(trait = Trait.MOUNT_IS_A_WISH, seen = "202")
    void mountOfAMalformedDigestIsRefused() {
        assertError(client().post(uploadsPath() + "?mount=sha256:x&from=" + name, new byte[0]), 400, "DIGEST_INVALID");
    }

    @Test
    void blobOfAnotherRepositoryIsNotSeen() {
        Digest digest = client().pushBlob(name, noise(500, 11));
        assertError(client().get("/v2/" + name + "/other/blobs/" + digest), 404, "BLOB_UNKNOWN");
    }

    @Test
    void uploadIsKnownOnlyInItsOwnRepository() {
        String location = client().startUpload(name);
        assertError(client().get(location.replace(name, name + "/other")), 404, uploadUnknown());
    }

    @Test
    void cancelledUploadIsGone() {
        String location = client().startUpload(name);
        location = header(client().patch(location, bytes("never mind")), "Location");
        HttpResponse<byte[]> answer = client().delete(location);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertError(client().get(location), 404, "BLOB_UPLOAD_UNKNOWN");
        assertError(client().patch(location, bytes("more")), 404, "BLOB_UPLOAD_UNKNOWN");
        assertError(client().delete(location), 404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void finishedUploadIsGone() {
        String location = client().startUpload(name);
        String closing = closing(location, sha256(bytes("done")));
        assertThat(client().put(closing, bytes("done")).statusCode()).isEqualTo(201);
        assertError(client().put(closing, bytes("done")), 404, "BLOB_UPLOAD_UNKNOWN");
    }
}
