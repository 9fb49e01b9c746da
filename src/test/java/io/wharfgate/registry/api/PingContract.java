package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ping, challenge, login; and the form that every error has. */
abstract class PingContract extends ResourceContract {

    private static final String NO_CONTENT_DIGEST =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2"})
    @Deviates(trait = Trait.SLASH_MATTERS, seen = "301", rows = 2)
    void pingWithTheRightPasswordIs200(String path) {
        HttpResponse<byte[]> answer = client().get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{}");
        assertThat(header(answer, "Content-Type")).matches("application/json(; charset=utf-8)?");
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2"})
    void pingWithoutCredentialsIsChallengedWithBasicAlone(String path) {
        HttpResponse<byte[]> answer = client().anonymously("GET", path);
        assertError(answer, 401, "UNAUTHORIZED");
        assertThat(answer.headers().allValues("WWW-Authenticate"))
                .singleElement()
                .asString()
                .matches("Basic realm=\"[^\"]+\"(, charset=\"UTF-8\")?");
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @Test
    void wrongPasswordAndUnknownUserGetTheSameAnswer() {
        HttpResponse<byte[]> wrong = client().as(client().registry().user(), "not the password", "/v2/");
        HttpResponse<byte[]> unknown = client().as("nobody", client().registry().password(), "/v2/");
        assertError(wrong, 401, "UNAUTHORIZED");
        assertThat(header(wrong, "WWW-Authenticate")).startsWith("Basic ");
        assertThat(text(unknown)).isEqualTo(text(wrong));
        assertThat(unknown.statusCode()).isEqualTo(401);
    }

    @Test
    void headOfPingIsGetWithoutTheBody() {
        HttpResponse<byte[]> head = client().head("/v2/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("2");
        assertThat(head.body()).isEmpty();
        assertThat(client().anonymously("HEAD", "/v2/").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "Basic", "Basic ***", "Basic bm9jb2xvbg==", "Negotiate xyz"})
    void unreadableCredentialsAreChallengedAnew(String authorization) throws IOException {
        try (RawTls raw = raw()) {
            raw.anonymous("GET /v2/", "Authorization: " + authorization);
            assertThat(raw.expectError(401, "UNAUTHORIZED")).contains("WWW-Authenticate: Basic ");
        }
    }

    @Test
    void twoAuthorizationHeadersAreRefused() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET /v2/", "Authorization: Basic eDp5");
            raw.expectError(400, "UNSUPPORTED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_ping", "/v1/_ping"})
    void oldPingIsOpenToAll(String path) {
        assertThat(client().anonymously("GET", path).statusCode()).isEqualTo(200);
        assertThat(client().anonymously("HEAD", path).statusCode()).isEqualTo(200);
        assertError(client().anonymously("DELETE", path), 405, "UNSUPPORTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/repositories/x/images", "/v1/"})
    void oldProtocolIsNotSpokenWithStrangers(String path) {
        if (isGateway()) {
            assertError(client().anonymously("GET", path), 401, "UNAUTHORIZED");
        } else {
            assertError(client().anonymously("GET", path), 404, "NOT_FOUND");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.ico", "/v2x/", "/v3/"})
    void pathsOutsideOfTheApiAreJson404s(String path) {
        assertError(client().anonymously("GET", path), 404, "NOT_FOUND");
    }

    @Test
    void frontDoorIsOneLineOfText() {
        HttpResponse<byte[]> answer = client().anonymously("GET", "/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).contains("docker login localhost:").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/nothing/here",
                "/v2/UPPER/tags/list",
                "/v2/a/../b/tags/list",
                "/v2/a%2Fb/tags/list",
                "/v2/a/manifests/..",
                "/v2/a/blobs/sha256:nonsense",
                "/v2/a/blobs/uploads/not-an-id",
                "/v2/_catalog?n=nonsense",
                "/v2/" + "a",
            })
    void nobodyLearnsAnythingAboutAPathBeforeHeIsKnown(String path) throws IOException {
        try (RawTls raw = raw()) {
            raw.anonymous("GET " + path);
            raw.expectError(401, "UNAUTHORIZED");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /v2/                                   | GET, HEAD",
                "DELETE | /v2/_catalog                           | GET, HEAD",
                "PUT    | /v2/a/tags/list                        | GET, HEAD",
                "POST   | /v2/a/manifests/latest                 | GET, HEAD, PUT, DELETE",
                "PUT    | /v2/a/blobs/" + NO_CONTENT_DIGEST + "  | GET, HEAD, DELETE",
                "GET    | /v2/a/blobs/uploads/                   | POST",
                "POST   | /v2/a/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11 | GET, HEAD, PATCH, PUT, DELETE",
            })
    @Deviates(
            trait = Trait.METHODS_IN_TEXT,
            seen = "text/plain",
            rows = {3, 4, 5})
    @Deviates(
            trait = Trait.METHODS_IN_TEXT,
            seen = "404",
            rows = {6, 7})
    void methodThatAResourceLacksIs405WithThoseItHas(String method, String path, String allow) {
        HttpResponse<byte[]> answer = client().bodyless(method, path);
        assertError(answer, 405, "UNSUPPORTED");
        assertThat(header(answer, "Allow")).isEqualTo(allow);
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /v2/nothing/here,                 404, NOT_FOUND",
        "GET,  /v2/a/blobs/sha256:nonsense,      400, DIGEST_INVALID",
        "GET,  /v2/no/such/tags/list,            404, NAME_UNKNOWN",
        "GET,  /v2/no/such/manifests/latest,     404, NAME_UNKNOWN",
        "GET,  /v2/a/blobs/uploads/not-an-id,    404, BLOB_UPLOAD_UNKNOWN",
        "GET,  /v2/_catalog?n=-1,                400, PAGINATION_NUMBER_INVALID",
        "GET,  /v2/_catalog?n=1&n=2,             400, UNSUPPORTED",
    })
    @Deviates(trait = Trait.METHODS_IN_TEXT, seen = "text/plain", rows = 1)
    @Deviates(trait = Trait.NO_NAME_UNKNOWN, seen = "MANIFEST_UNKNOWN", rows = 4)
    @Deviates(trait = Trait.STATE_IN_LOCATION, seen = "BLOB_UPLOAD_INVALID", rows = 5)
    @Deviates(
            trait = Trait.CATALOG_OF_DIRECTORIES,
            seen = "200",
            rows = {6, 7})
    void everyErrorIsJsonWithTheVersionHeaderAndARequestId(String method, String path, int status, String code) {
        HttpResponse<byte[]> answer = client().bodyless(method, path);
        assertError(answer, status, code);
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
        assertThat(header(answer, "X-Request-Id")).isNotEmpty();
    }

    @Test
    void brokenEscapeInAQueryIsAClientsError() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET /v2/_catalog?last=%zz");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }
}
