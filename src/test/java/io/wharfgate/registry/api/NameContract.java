package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of repositories and tags, and paths that only look like them. */
abstract class NameContract extends ResourceContract {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "library/alpine",
                "a.b/c_d/e__f/g-h/i---j",
                "blobs",
                "manifests/tags/list",
                "x/blobs/uploads",
                "tags/list/tags",
                "x/manifests/y/blobs/z",
                "0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0",
            })
    void namesOfTheGrammarWorkAlsoWhereTheyLookLikeRoutes(String part) {
        String repository = name + "/" + part;
        Image image = client().pushImage(repository, "latest");
        assertThat(client().get("/v2/" + repository + "/manifests/latest").body())
                .isEqualTo(image.manifest());
        assertThat(client().get("/v2/" + repository + "/tags/list").statusCode())
                .isEqualTo(200);
    }

    @Test
    void nameOf255CharactersIsTheLongest() {
        String longest = name + "/" + "a".repeat(255 - name.length() - 1);
        client().pushImage(longest, "latest");
        assertThat(client().get("/v2/" + longest + "/tags/list").statusCode()).isEqualTo(200);
        assertError(client().get("/v2/" + longest + "a/tags/list"), 400, "NAME_INVALID");
        assertError(client().post("/v2/" + longest + "a/blobs/uploads/", new byte[0]), 400, "NAME_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPPER",
                "a//b",
                "/a",
                ".a",
                "a.",
                "a..b",
                "a___b",
                "-a",
                "a/-b",
                "_uploads",
                "a/_manifests",
                "../../etc",
                "a/../b",
                "./a",
                "a/..",
                "a%2Fb",
                "a%2fb",
                "%2e%2e/a",
                "..%2F..%2Fetc",
                "%252e%252e",
                "a%00b",
                "a%0d%0ab",
                "a%20b",
                "a%5Cb",
                "a;x=1",
                "%61",
                "a+b",
                "a~b",
                "a:b",
                "a@b",
                "caf%C3%A9",
            })
    void pathsThatAreNoNameAreRefusedOnEveryRouteBeforeAnythingIsTouched(String repository) throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET /v2/" + repository + "/tags/list");
            raw.expectError(400, "NAME_INVALID");
            raw.request("GET /v2/" + repository + "/manifests/latest");
            raw.expectError(400, "NAME_INVALID");
            raw.request("PUT /v2/" + repository + "/manifests/latest", "Content-Length: 2")
                    .send("{}");
            raw.expectError(400, "NAME_INVALID");
            raw.request("POST /v2/" + repository + "/blobs/uploads/", "Content-Length: 0");
            raw.expectError(400, "NAME_INVALID");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v2/..", "/v2/../v2/", "/v2//", "/v2/./", "/v2/a/tags/list/", "/v2/a/tags", "/v2/tags/list"})
    @Deviates(
            trait = Trait.METHODS_IN_TEXT,
            seen = "404 page not found",
            rows = {6, 7})
    void otherPathsBelowTheApiAreRefusedWithJson(String path) throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET " + path);
            String head = raw.readHead();
            assertThat(head)
                    .matches("(?s)HTTP/1.1 40[04] .*")
                    .contains("Docker-Distribution-Api-Version: registry/2.0");
            assertThat(raw.readBody(head)).startsWith("{\"errors\":[{\"code\":\"N");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "a\\b/tags/list", "a\u0000b/tags/list", "a\u00e9/tags/list", "a\tb/tags/list"})
    void rawBytesThatNoTargetMayHoldAreRefused(String path) throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET /v2/" + path);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    static Stream<String> noTags() {
        return Stream.of(
                ".a",
                "-a",
                "a b".replace(" ", "%20"),
                "a%2Fb",
                "..",
                ".",
                "a%00",
                "a;b",
                "a+b",
                "%C3%A9",
                "a".repeat(129));
    }

    @ParameterizedTest
    @MethodSource("noTags")
    void whatIsNoTagIsRefused(String tag) throws IOException {
        client().pushImage(name, "latest");
        try (RawTls raw = raw()) {
            raw.request("GET " + manifestPath(tag));
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
        }
        try (RawTls raw = raw()) {
            raw.request("PUT " + manifestPath(tag), "Content-Type: " + OCI_MANIFEST, "Content-Length: 2")
                    .send("{}");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void tagOf128CharactersIsTheLongest() {
        String longest = "t".repeat(128);
        Image image = client().pushImage(name, longest);
        assertThat(client().get(manifestPath(longest)).body()).isEqualTo(image.manifest());
        assertError(client().get(manifestPath(longest + "t")), 400, "TAG_INVALID");
        assertError(
                client().put(manifestPath(longest + "t"), bytes("{}"), "Content-Type", OCI_MANIFEST),
                400,
                "TAG_INVALID");
    }

    @Test
    void mountFromWhatIsNoNameIsRefused() {
        String digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        HttpResponse<byte[]> answer =
                client().post(uploadsPath() + "?mount=" + digest + "&from=..%2F..%2Fetc", new byte[0]);
        if (isGateway()) {
            assertThat(answer.statusCode()).isEqualTo(202);
        } else {
            assertError(answer, 400, "NAME_INVALID");
        }
    }
}
