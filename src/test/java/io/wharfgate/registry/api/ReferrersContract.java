package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What refers to a manifest by its {@code subject}. */
abstract class ReferrersContract extends ResourceContract {

    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final Digest MISSING = sha256(bytes("a manifest that nobody has pushed"));

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "no OCI-Subject")
    void signatureIsListedWithTypeAndAnnotations() {
        Digest subject = client().pushImage(name, "latest").digest();
        byte[] signature = artifact(subject, "application/vnd.example.signature", "\"by\":\"me\",\"ü\":\"\\\"\"");
        HttpResponse<byte[]> answer = push(signature, OCI_MANIFEST);
        assertThat(header(answer, "OCI-Subject")).isEqualTo(subject.toString());

        JsonNode one = only(list(subject, ""));
        assertThat(one.path("mediaType").asText()).isEqualTo(OCI_MANIFEST);
        assertThat(one.path("digest").asText()).isEqualTo(sha256(signature).toString());
        assertThat(one.path("size").asInt()).isEqualTo(signature.length);
        assertThat(one.path("artifactType").asText()).isEqualTo("application/vnd.example.signature");
        assertThat(one.path("annotations").path("by").asText()).isEqualTo("me");
        assertThat(one.path("annotations").path("ü").asText()).isEqualTo("\"");
    }

    @Test
    void anAnswerWithoutSubjectHasNoSubjectHeader() {
        byte[] plain = client().pushImage(name, "plain").manifest();
        HttpResponse<byte[]> answer = push(plain, OCI_MANIFEST);
        assertThat(answer.headers().firstValue("OCI-Subject")).isEmpty();
        assertThat(answer.headers().firstValue("OCI-Tag")).isEmpty();
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void subjectNeedNotBeThereAndMayComeLater() {
        client().pushBlob(name, bytes("{}"));
        byte[] signature =
                artifact(sha256(RegistryClient.Image.of(name + ":late").manifest()), "a/b", "");
        push(signature, OCI_MANIFEST);
        Digest subject = client().pushImage(name, "late").digest();
        assertThat(only(list(subject, "")).path("digest").asText())
                .isEqualTo(sha256(signature).toString());
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void withoutATypeOfItsOwnAnImageHasThatOfItsConfigAndAnIndexNone() {
        byte[] config = bytes("{}");
        client().pushBlob(name, config);
        push(
                bytes("{\"schemaVersion\":2,\"mediaType\":\"" + OCI_MANIFEST + "\",\"config\":"
                        + descriptor("application/vnd.example.config", config) + ",\"layers\":[],\"subject\":"
                        + subject(MISSING) + "}"),
                OCI_MANIFEST);
        assertThat(only(list(MISSING, "")).path("artifactType").asText()).isEqualTo("application/vnd.example.config");
        Digest other = sha256(bytes("another"));
        push(
                bytes("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[],\"subject\":"
                        + subject(other) + "}"),
                INDEX);
        assertThat(only(list(other, "")).has("artifactType")).isFalse();
        assertThat(only(list(other, "")).path("mediaType").asText()).isEqualTo(INDEX);
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    @Deviates(trait = Trait.NO_REFERRERS, seen = "no OCI-Subject", rows = 1)
    @Deviates(trait = Trait.NO_SHA512, seen = "DIGEST_INVALID", rows = 2)
    void digestsOfEitherAlgorithmAreSubjectsAndReferrers(DigestAlgorithm algorithm) {
        client().pushBlob(name, bytes("{}"));
        Digest subject = Digest.of(algorithm, bytes("subject"));
        byte[] signature = artifact(subject, "a/b", "");
        Digest digest = Digest.of(algorithm, signature);
        HttpResponse<byte[]> answer = client().put(manifestPath(digest), signature, "Content-Type", OCI_MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        assertThat(header(answer, "OCI-Subject")).isEqualTo(subject.toString());
        assertThat(only(list(subject, "")).path("digest").asText()).isEqualTo(digest.toString());
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void nothingRefersToWhatIsUnknown() {
        assertThat(list(MISSING, "")).isEmpty();
        client().pushImage(name, "latest");
        assertThat(list(MISSING, "")).isEmpty();
        HttpResponse<byte[]> head = client().head(path(MISSING));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Type")).isEqualTo(INDEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "latest"})
    void whatIsNoDigestIsRefused(String subject) {
        assertError(client().get("/v2/" + name + "/referrers/" + subject), 400, "DIGEST_INVALID");
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "no OCI-Filters-Applied")
    void theFilterLeavesOneTypeAndSaysSo() {
        client().pushBlob(name, bytes("{}"));
        push(artifact(MISSING, "application/a+json", ""), OCI_MANIFEST);
        push(artifact(MISSING, "application/b", ""), OCI_MANIFEST);
        HttpResponse<byte[]> answer = client().get(path(MISSING) + "?artifactType=application%2Fa%2Bjson");
        assertThat(header(answer, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(only(manifests(answer)).path("artifactType").asText()).isEqualTo("application/a+json");
        assertThat(list(MISSING, "?artifactType=none%2Fat-all")).isEmpty();
        assertThat(client().get(path(MISSING)).headers().firstValue("OCI-Filters-Applied"))
                .isEmpty();
        assertThat(list(MISSING, "")).hasSize(2);
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void pagesLeadFromOneToTheNextAndKeepTheFilter() {
        client().pushBlob(name, bytes("{}"));
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            byte[] wanted = artifact(MISSING, "application/a+json", "\"n\":\"" + i + "\"");
            push(wanted, OCI_MANIFEST);
            expected.add(sha256(wanted).toString());
            push(artifact(MISSING, "application/b", "\"n\":\"" + i + "\""), OCI_MANIFEST);
        }
        List<String> found = new ArrayList<>();
        String next = path(MISSING) + "?n=2&artifactType=application%2Fa%2Bjson";
        int pages = 0;
        while (next != null) {
            HttpResponse<byte[]> answer = client().get(next);
            manifests(answer).forEach(one -> found.add(one.path("digest").asText()));
            next = answer.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse(null);
            pages++;
        }
        assertThat(found).containsExactlyElementsOf(expected);
        assertThat(pages).isEqualTo(3);
        assertError(client().get(path(MISSING) + "?n=x"), 400, "PAGINATION_NUMBER_INVALID");
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void aDeletedReferrerIsListedNoMoreAndComesBackWithItsPush() {
        client().pushBlob(name, bytes("{}"));
        byte[] signature = artifact(MISSING, "a/b", "");
        push(signature, OCI_MANIFEST);
        assertThat(client().delete(manifestPath(sha256(signature))).statusCode())
                .isEqualTo(202);
        assertThat(list(MISSING, "")).isEmpty();
        push(signature, OCI_MANIFEST);
        assertThat(list(MISSING, "")).hasSize(1);
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void referrersOutliveTheirSubject() {
        Digest subject = client().pushImage(name, "latest").digest();
        client().pushBlob(name, bytes("{}"));
        push(artifact(subject, "a/b", ""), OCI_MANIFEST);
        client().delete(manifestPath(subject));
        assertThat(list(subject, "")).hasSize(1);
    }

    @Test
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void referrersOfOneRepositoryAreNotThoseOfAnother() {
        client().pushBlob(name, bytes("{}"));
        push(artifact(MISSING, "a/b", ""), OCI_MANIFEST);
        assertThat(manifests(client().get("/v2/" + name + "/other/referrers/" + MISSING)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void aListThatAClientKeptUnderATagIsMergedIn(DigestAlgorithm algorithm) {
        client().pushBlob(name, bytes("{}"));
        Digest subject = Digest.of(algorithm, bytes("subject of a list"));
        byte[] attached = artifact(subject, "a/attached", "");
        byte[] listed = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + OCI_MANIFEST
                + "\",\"artifactType\":\"a/listed\",\"config\":" + descriptor(EMPTY, bytes("{}")) + ",\"layers\":[]}");
        push(attached, OCI_MANIFEST);
        push(listed, OCI_MANIFEST);
        String tag = algorithm.label() + "-" + subject.hex().substring(0, 64);
        client().put(
                        manifestPath(tag),
                        bytes("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":["
                                + descriptor(OCI_MANIFEST, attached) + "," + descriptor(OCI_MANIFEST, listed) + "]}"),
                        "Content-Type",
                        INDEX);
        assertThat(list(subject, ""))
                .extracting(one -> one.path("artifactType").asText())
                .containsExactlyInAnyOrder("a/attached", "a/listed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "POST"})
    @Deviates(trait = Trait.NO_REFERRERS, seen = "404 page not found")
    void nothingIsWrittenHere(String method) {
        HttpResponse<byte[]> answer = client().bodyless(method, path(MISSING));
        assertError(answer, 405, "UNSUPPORTED");
        assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    }

    private String path(Digest subject) {
        return "/v2/" + name + "/referrers/" + subject;
    }

    private HttpResponse<byte[]> push(byte[] manifest, String type) {
        client().pushBlob(name, bytes("{}"));
        HttpResponse<byte[]> answer = client().put(manifestPath(sha256(manifest)), manifest, "Content-Type", type);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return answer;
    }

    private List<JsonNode> list(Digest subject, String query) {
        return manifests(client().get(path(subject) + query));
    }

    private static List<JsonNode> manifests(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo(INDEX);
        try {
            JsonNode index = new ObjectMapper().readTree(text(answer));
            assertThat(index.path("schemaVersion").asInt()).isEqualTo(2);
            assertThat(index.path("mediaType").asText()).isEqualTo(INDEX);
            assertThat(index.path("manifests").isArray()).isTrue();
            List<JsonNode> manifests = new ArrayList<>();
            index.path("manifests").forEach(manifests::add);
            return manifests;
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text(answer), e);
        }
    }

    private static JsonNode only(List<JsonNode> manifests) {
        assertThat(manifests).hasSize(1);
        return manifests.get(0);
    }

    private static byte[] artifact(Digest subject, String type, String annotations) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + OCI_MANIFEST + "\",\"artifactType\":\"" + type
                + "\",\"config\":" + descriptor(EMPTY, bytes("{}")) + ",\"layers\":[" + descriptor(EMPTY, bytes("{}"))
                + "],\"annotations\":{" + annotations + "},\"subject\":" + subject(subject) + "}");
    }

    private static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + sha256(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static String subject(Digest subject) {
        return "{\"mediaType\":\"" + OCI_MANIFEST + "\",\"digest\":\"" + subject + "\",\"size\":7}";
    }
}
