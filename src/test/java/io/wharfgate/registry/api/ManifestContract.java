package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.string;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests come out as they went in. */
abstract class ManifestContract extends ResourceContract {

    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";

    private Digest assertTaken(Object reference, byte[] manifest, String... headers) {
        HttpResponse<byte[]> answer = client().put(manifestPath(reference), manifest, headers);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        Digest digest = sha256(manifest);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Location")).isEqualTo(manifestPath(digest));
        return digest;
    }

    private void assertServed(Object reference, byte[] manifest, String type) {
        HttpResponse<byte[]> answer = client().get(manifestPath(reference));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(manifest);
        assertThat(header(answer, "Content-Type")).isEqualTo(type);
        assertThat(header(answer, "Docker-Content-Digest"))
                .isEqualTo(sha256(manifest).toString());
    }

    @Test
    void imageIsServedByTagAndByDigestByteForByte() {
        Image image = client().pushImage(name, "latest");
        assertServed("latest", image.manifest(), OCI_MANIFEST);
        assertServed(image.digest(), image.manifest(), OCI_MANIFEST);
        assertServed(image.digest().toString().replace(":", "%3A"), image.manifest(), OCI_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "digest"})
    void headAnswersExactlyAsGet(String reference) {
        Image image = client().pushImage(name, "latest");
        String path = manifestPath(reference.equals("digest") ? image.digest() : reference);
        HttpResponse<byte[]> head = client().head(path);
        HttpResponse<byte[]> get = client().get(path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(get.headers().allValues("Content-Length")).hasSize(1);
        for (String header : new String[] {"Content-Length", "Content-Type", "Docker-Content-Digest", "ETag"}) {
            assertThat(header(head, header)).as(header).isEqualTo(header(get, header));
        }
    }

    @Test
    @Deviates(trait = Trait.NO_ETAG_ON_304, seen = "no ETag")
    void manifestThatTheClientHasIs304() {
        client().pushImage(name, "latest");
        String etag = header(client().head(manifestPath("latest")), "ETag");
        for (String method : new String[] {"GET", "HEAD"}) {
            HttpResponse<byte[]> answer = client().bodyless(method, manifestPath("latest"), "If-None-Match", etag);
            assertThat(answer.statusCode()).as(method).isEqualTo(304);
            assertThat(header(answer, "ETag")).isEqualTo(etag);
        }
    }

    @Test
    @Deviates(trait = Trait.ACCEPT_DECIDES, seen = "accept header does not support OCI manifests")
    void acceptNeverConverts() {
        Image image = client().pushImage(name, "latest");
        HttpResponse<byte[]> answer = client().get(manifestPath("latest"), "Accept", DOCKER);
        assertThat(text(answer)).isEqualTo(string(image.manifest()));
        assertThat(header(answer, "Content-Type")).isEqualTo(OCI_MANIFEST);
    }

    @Test
    void oddWhitespaceAndUnknownFieldsSurvive() {
        Image image = client().pushImage(name, "latest");
        byte[] odd = bytes(
                "\n\t " + string(image.manifest()).replaceFirst("\\{", "{\r\n \"x-own\" : [ 1.50, null ],\t") + "\n\n");
        assertTaken("odd", odd, "Content-Type", OCI_MANIFEST);
        assertServed("odd", odd, OCI_MANIFEST);
    }

    @Test
    void dockerSchema2IsServedAsPushed() {
        Image image = client().pushImage(name, "latest");
        byte[] docker = bytes(string(image.manifest()).replace(OCI_MANIFEST, DOCKER));
        assertTaken("docker", docker, "Content-Type", DOCKER);
        assertServed("docker", docker, DOCKER);
    }

    @ParameterizedTest
    @ValueSource(strings = {INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"})
    void indexOfManifestsThatAreThereIsTaken(String type) {
        Image image = client().pushImage(name, "latest");
        byte[] index = bytes("""
                {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d,
                 "platform":{"architecture":"amd64","os":"linux"}}]}""".formatted(type, OCI_MANIFEST, image.digest(), image.manifest().length));
        assertTaken("multi", index, "Content-Type", type);
        assertServed("multi", index, type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.example.thing+json",
                "application/json",
                "application/vnd.oci.artifact.manifest.v1+json",
                "application/vnd.example.thing+json; charset=utf-8"
            })
    @Deviates(trait = Trait.KNOWN_MANIFESTS_ONLY, seen = "MANIFEST_INVALID")
    void unknownMediaTypesAreTakenAndServedAsPushed(String type) {
        byte[] thing = bytes("{\"anything\":[\"goes\"]}");
        assertTaken("thing", thing, "Content-Type", type);
        assertServed("thing", thing, type);
    }

    @Test
    void unknownConfigTypesAreTaken() {
        Image image = client().pushImage(name, "latest");
        byte[] chart = bytes(string(image.manifest())
                .replace("application/vnd.oci.image.config.v1+json", "application/vnd.cncf.helm.config.v1+json"));
        assertTaken("chart", chart, "Content-Type", OCI_MANIFEST);
        assertServed("chart", chart, OCI_MANIFEST);
    }

    @Test
    @Deviates(trait = Trait.KNOWN_MANIFESTS_ONLY, seen = "MANIFEST_INVALID")
    void contentTypeMayBeLeftOutWhereTheManifestSaysIt() {
        Image image = client().pushImage(name, "latest");
        assertTaken("untyped", image.manifest());
        assertServed("untyped", image.manifest(), OCI_MANIFEST);
    }

    @Test
    void putByDigestNeedsNoTag() {
        Image image = client().pushImage(name, "latest");
        byte[] other = bytes(string(image.manifest()) + "\n");
        assertTaken(sha256(other), other, "Content-Type", OCI_MANIFEST);
        assertServed(sha256(other), other, OCI_MANIFEST);
    }

    @Test
    @Deviates(trait = Trait.NO_SHA512, seen = "DIGEST_INVALID")
    void putBySha512DigestIsServedByIt() {
        Image image = client().pushImage(name, "latest");
        Digest digest = Digest.of(DigestAlgorithm.SHA512, image.manifest());
        HttpResponse<byte[]> put = client().put(manifestPath(digest), image.manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(put.statusCode()).as(text(put)).isEqualTo(201);
        assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest.toString());
        HttpResponse<byte[]> get = client().get(manifestPath(digest));
        assertThat(get.body()).isEqualTo(image.manifest());
        assertThat(header(get, "Docker-Content-Digest")).isEqualTo(digest.toString());
    }

    @Test
    void tagMovesToTheManifestThatIsPushedLast() {
        Image first = client().pushImage(name, "latest");
        byte[] second = bytes(string(first.manifest()) + " ");
        assertTaken("latest", second, "Content-Type", OCI_MANIFEST);
        assertServed("latest", second, OCI_MANIFEST);
        assertServed(first.digest(), first.manifest(), OCI_MANIFEST);
    }

    @Test
    void manifestMayBeChunked() {
        Image image = client().pushImage(name, "latest");
        HttpResponse<byte[]> answer =
                client().chunked("PUT", manifestPath("chunked"), image.manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        assertServed("chunked", image.manifest(), OCI_MANIFEST);
    }

    @Test
    void manifestOfFourMebibytesIsTaken() {
        String small = string(client().pushImage(name, "latest").manifest());
        String padding = "{\"annotations\":{\"padding\":\"%s\"},";
        int rest = (4 << 20) - small.length() - padding.length() + "{%s".length();
        byte[] large = bytes(padding.formatted("x".repeat(rest)) + small.substring(1));
        assertThat(large).hasSize(4 << 20);
        assertTaken("large", large, "Content-Type", OCI_MANIFEST);
        assertServed("large", large, OCI_MANIFEST);
    }

    @Test
    void missingManifestIs404() {
        client().pushImage(name, "latest");
        assertError(client().get(manifestPath("missing")), 404, "MANIFEST_UNKNOWN");
        assertError(client().get(manifestPath(sha256(bytes("missing")))), 404, "MANIFEST_UNKNOWN");
        HttpResponse<byte[]> head = client().head(manifestPath("missing"));
        assertThat(head.statusCode()).isEqualTo(404);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void manifestOfAnUnknownRepositoryIs404() {
        assertError(client().get(manifestPath("latest")), 404, nameUnknown());
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    @Deviates(trait = Trait.NO_TAG_PARAMETER, seen = "[\"a\", \"old\", \"b.1\"]", rows = 1)
    @Deviates(trait = Trait.NO_SHA512, seen = "DIGEST_INVALID", rows = 2)
    void tagsBesideADigestAreAllMade(DigestAlgorithm algorithm) {
        Image image = client().pushImage(name, "old");
        Digest digest = Digest.of(algorithm, image.manifest());
        HttpResponse<byte[]> answer = client().put(
                        manifestPath(digest) + "?tag=a&tag=old&tag=b.1&tag=a",
                        image.manifest(),
                        "Content-Type",
                        OCI_MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        assertThat(answer.headers().allValues("OCI-Tag")).containsExactly("a", "old", "b.1");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Location")).isEqualTo(manifestPath(digest));
        for (String tag : new String[] {"a", "old", "b.1"}) {
            HttpResponse<byte[]> tagged = client().head(manifestPath(tag));
            assertThat(header(tagged, "Docker-Content-Digest")).isEqualTo(digest.toString());
        }
        assertThat(text(client().get("/v2/" + name + "/tags/list"))).contains("[\"a\",\"b.1\",\"old\"]");
    }

    @Test
    @Deviates(trait = Trait.NO_TAG_PARAMETER, seen = "MANIFEST_INVALID")
    void aTagThatIsNoneIsRefusedBeforeAnythingIsMade() {
        byte[] manifest = bytes("{\"tagged\":\"wrongly\"}");
        HttpResponse<byte[]> answer = client().put(
                        manifestPath(sha256(manifest)) + "?tag=good&tag=.bad",
                        manifest,
                        "Content-Type",
                        "application/vnd.example+json");
        assertError(answer, 400, "TAG_INVALID");
        assertThat(client().head(manifestPath("good")).statusCode()).isEqualTo(404);
        assertThat(client().head(manifestPath(sha256(manifest))).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"100, 201", "101, 414"})
    @Deviates(trait = Trait.NO_TAG_PARAMETER, seen = "400")
    void tagsBesideADigestAreLimited(int tags, int status) {
        byte[] manifest = bytes("{\"tagged\":" + tags + "}");
        String query = IntStream.range(0, tags).mapToObj(i -> "tag=t" + i).collect(Collectors.joining("&"));
        HttpResponse<byte[]> answer = client().put(
                        manifestPath(sha256(manifest)) + "?" + query,
                        manifest,
                        "Content-Type",
                        "application/vnd.example+json");
        assertThat(answer.statusCode()).isEqualTo(status);
    }
}
