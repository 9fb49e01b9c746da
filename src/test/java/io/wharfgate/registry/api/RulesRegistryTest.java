package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Decision;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.storage.memory.MemoryStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One who may do everything below {@code mine/}, and nothing elsewhere: no request of his tells or gives him more. */
class RulesRegistryTest {

    @TempDir
    private Path directory;

    private volatile boolean everything = true;
    private BareService service;
    private RegistryClient client;
    private RegistryClient.Image hidden;
    private Digest blob;

    @BeforeEach
    void start() throws Exception {
        AccessPolicy policy = (identity, access) -> {
            boolean mine = access instanceof Access.InRepository in
                    && in.repository().value().startsWith("mine/");
            boolean door = access instanceof Access.Ping || access instanceof Access.Catalog;
            return everything || mine || door ? new Decision.Allowed() : new Decision.Denied("no rule allows it");
        };
        service = new BareService(
                new MemoryStore(), directory, Duration.ofSeconds(30), new RegistryConfig(true, false), policy);
        client = service.registry().client();
        hidden = client.pushImage("team/secret", "latest");
        blob = RegistryClient.sha256(hidden.layer());
        client.pushImage("mine/app", "latest");
        everything = false;
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
    }

    @Test
    void catalogHoldsOnlyWhatIsListedAndPagesAreFull() throws Exception {
        everything = true;
        for (String name : List.of("a", "mine/b", "mine/z", "nine", "zoo")) {
            client.pushImage(name, "latest");
        }
        everything = false;
        assertThat(text(client.get("/v2/_catalog")))
                .isEqualTo("{\"repositories\":[\"mine/app\",\"mine/b\",\"mine/z\"]}");

        List<String> pages = new ArrayList<>();
        String path = "/v2/_catalog?n=2";
        while (!path.isEmpty()) {
            HttpResponse<byte[]> page = client.get(path);
            pages.add(text(page));
            path = page.headers()
                    .firstValue("Link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse("");
        }
        assertThat(pages)
                .containsExactly("{\"repositories\":[\"mine/app\",\"mine/b\"]}", "{\"repositories\":[\"mine/z\"]}");
        assertThat(text(client.get("/v2/_catalog?last=team/secret"))).isEqualTo("{\"repositories\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags/list",
                "manifests/latest",
                "manifests/DIGEST",
                "blobs/BLOB",
                "referrers/DIGEST",
                "blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd"
            })
    void hiddenRepositoryLooksLikeOneThatIsNotThere(String resource) {
        String path = resource.replace("DIGEST", hidden.digest().toString()).replace("BLOB", blob.toString());
        for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "POST")) {
            assertThat(told(client.bodyless(method, "/v2/team/secret/" + path)))
                    .as(method)
                    .isEqualTo(told(client.bodyless(method, "/v2/team/nothing/" + path)))
                    .startsWith("403 ");
        }
    }

    /** All that a client could tell two answers apart by. */
    private static String told(HttpResponse<byte[]> answer) {
        TreeMap<String, List<String>> fields = new TreeMap<>(answer.headers().map());
        List.of("x-request-id", "date", "location", "docker-upload-uuid").forEach(fields::remove);
        return answer.statusCode() + " " + fields + " " + text(answer);
    }

    @Test
    void contentOfOthersIsNotReadThroughAnotherName() {
        assertError(client.get("/v2/mine/app/blobs/" + blob), 404, "BLOB_UNKNOWN");
        assertThat(client.head("/v2/mine/app/blobs/" + blob).statusCode()).isEqualTo(404);
        assertError(client.get("/v2/mine/app/manifests/" + hidden.digest()), 404, "MANIFEST_UNKNOWN");
        assertError(client.delete("/v2/mine/app/blobs/" + blob), 404, "BLOB_UNKNOWN");
        assertThat(text(client.get("/v2/mine/app/referrers/" + hidden.digest())))
                .contains("\"manifests\":[]");
    }

    @Test
    void mountFromAHiddenSourceIsAnsweredAsOneFromAMissingSource() {
        String uploads = "/v2/mine/app/blobs/uploads/";
        String missing = told(client.post(uploads + "?mount=" + blob + "&from=team/nothing", new byte[0]));
        assertThat(missing).startsWith("202 ");
        for (String query : List.of(
                "?mount=" + blob + "&from=team/secret",
                "?from=team%2Fsecret&mount=" + blob,
                "?mount=" + blob + "&fr%6Fm=team%2fsecret",
                "?mount=" + blob)) {
            assertThat(told(client.post(uploads + query, new byte[0])))
                    .as(query)
                    .isEqualTo(missing);
        }
        assertThat(client.head("/v2/mine/app/blobs/" + blob).statusCode()).isEqualTo(404);
    }

    @Test
    void sourceThatIsNamedTwiceIsRefused() {
        String twice = "/v2/mine/app/blobs/uploads/?mount=" + blob + "&from=mine/app&from=team/secret";
        assertError(client.post(twice, new byte[0]), 400, "UNSUPPORTED");
        assertThat(client.head("/v2/mine/app/blobs/" + blob).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsReadableIsMounted() {
        Digest own = client.pushBlob("mine/other", bytes("own"));
        for (String query : List.of("?mount=" + own + "&from=mine/other", "?mount=" + own)) {
            assertThat(client.post("/v2/mine/app/blobs/uploads/" + query, new byte[0])
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void blobIsNotHadByItsDigestAlone() {
        assertError(client.post("/v2/mine/app/blobs/uploads/?digest=" + blob, new byte[0]), 400, "DIGEST_INVALID");
        assertError(client.put(client.startUpload("mine/app") + "?digest=" + blob, new byte[0]), 400, "DIGEST_INVALID");
        HttpResponse<byte[]> manifest = client.put(
                "/v2/mine/app/manifests/copied", hidden.manifest(), "Content-Type", RegistryClient.OCI_MANIFEST);
        assertError(manifest, 400, "MANIFEST_BLOB_UNKNOWN");
        assertThat(client.head("/v2/mine/app/blobs/" + blob).statusCode()).isEqualTo(404);
    }

    @Test
    void uploadOfAnotherRepositoryIsOutOfReach() {
        everything = true;
        String upload = client.startUpload("team/secret");
        client.patch(upload, bytes("half"));
        everything = false;

        String id = upload.substring(upload.lastIndexOf('/') + 1);
        String other = "/v2/mine/app/blobs/uploads/" + id;
        assertError(client.get(other), 404, "BLOB_UPLOAD_UNKNOWN");
        assertError(client.patch(other, bytes("more")), 404, "BLOB_UPLOAD_UNKNOWN");
        assertError(
                client.put(other + "?digest=" + RegistryClient.sha256(bytes("half")), new byte[0]),
                404,
                "BLOB_UPLOAD_UNKNOWN");
        assertError(client.delete(other), 404, "BLOB_UPLOAD_UNKNOWN");
        assertError(client.get(upload), 403, "DENIED");

        everything = true;
        assertThat(header(client.get(upload), "Range")).isEqualTo("0-3");
    }
}
