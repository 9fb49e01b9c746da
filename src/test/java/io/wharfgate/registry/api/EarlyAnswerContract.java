package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are known before the body has come: at once, without 100 Continue, and without reading it all. */
abstract class EarlyAnswerContract extends ResourceContract {

    private static final String HUGE = "Content-Length: 5000000000";
    private static final String EMPTY_DIGEST =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** Begins a huge body, and expects the answer long before its end. */
    private void assertRefusedEarly(RawTls raw, int status, String code) throws IOException {
        raw.send(new byte[20_000]);
        assertThat(raw.expectError(status, code)).contains("Connection: close");
    }

    @ParameterizedTest
    @ValueSource(strings = {HUGE, "Transfer-Encoding: chunked"})
    void uploadWithoutCredentialsIs401BeforeItsBody(String framing) throws IOException {
        String location = client().startUpload(name);
        try (RawTls raw = raw()) {
            raw.anonymous("PATCH " + location, framing).send("4e20\r\n");
            assertRefusedEarly(raw, 401, "UNAUTHORIZED");
        }
    }

    @Test
    void uploadWithTheWrongPasswordIs401BeforeItsBody() throws IOException {
        try (RawTls raw = raw()) {
            raw.anonymous(
                    "PUT " + uploadsPath() + "x",
                    "Authorization: "
                            + RegistryUnderTest.basic(client().registry().user(), "wrong"),
                    HUGE);
            assertRefusedEarly(raw, 401, "UNAUTHORIZED");
        }
    }

    @Test
    @Deviates(trait = Trait.READS_BODY_FIRST, seen = "Read timed out")
    void manifestThatIsAnnouncedTooLargeIs413BeforeItsBody() throws IOException {
        try (RawTls raw = raw()) {
            raw.patience(patience(Trait.READS_BODY_FIRST));
            raw.request("PUT " + manifestPath("latest"), HUGE);
            assertRefusedEarly(raw, 413, "SIZE_INVALID");
        }
    }

    @Test
    @Deviates(trait = Trait.READS_BODY_FIRST, seen = "Read timed out")
    void chunkOutOfOrderIs416BeforeItsBody() throws IOException {
        String location = client().startUpload(name);
        try (RawTls raw = raw()) {
            raw.patience(patience(Trait.READS_BODY_FIRST));
            raw.request("PATCH " + location, "Content-Range: 5-5000000004", HUGE);
            raw.send(new byte[20_000]);
            String head = raw.expectError(416, "BLOB_UPLOAD_INVALID");
            assertThat(head).contains("Connection: close", "Location: " + location, "Range: 0-0");
        }
        assertThat(client().patch(location, new byte[] {1}).statusCode()).isEqualTo(202);
    }

    @Test
    void unknownUploadIs404BeforeItsBody() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PATCH " + uploadsPath() + "5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11", HUGE);
            assertRefusedEarly(raw, 404, uploadUnknown());
        }
    }

    @Test
    void allowedUploadThatExpectsContinueGetsItAndThenItsAnswer() throws IOException {
        String location = client().startUpload(name);
        try (RawTls raw = raw()) {
            raw.request("PATCH " + location, "Expect: 100-continue", "Content-Length: 5");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 100 ");
            raw.send("hello");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ").contains("Range: 0-4");
        }
    }

    @Test
    void allowedManifestThatExpectsContinueGetsItAndThenItsAnswer() throws IOException {
        byte[] manifest = client().pushImage(name, "latest").manifest();
        try (RawTls raw = raw()) {
            raw.request(
                    "PUT " + manifestPath("again"),
                    "Expect: 100-continue",
                    "Content-Type: " + RegistryClient.OCI_MANIFEST,
                    "Content-Length: " + manifest.length);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 100 ");
            raw.send(manifest);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void deniedUploadThatExpectsContinueGetsTheFinalStatusOnly() throws IOException {
        try (RawTls raw = raw()) {
            raw.anonymous("POST " + uploadsPath() + "?digest=" + EMPTY_DIGEST, "Expect: 100-continue", HUGE);
            assertThat(raw.expectError(401, "UNAUTHORIZED")).contains("Connection: close");
            assertThat(raw.closedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /v2/UPPER/manifests/latest",
                "PATCH /v2/a/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11",
                "POST /v2/a/blobs/uploads/?digest=sha256:nonsense",
                "PUT /v2/a/manifests/sha256:nonsense",
                "PUT /v2/a/tags/list",
            })
    @Deviates(trait = Trait.NO_SINGLE_POST, seen = "HTTP/1.1 202 ", rows = 3)
    void refusedRequestThatExpectsContinueGetsTheFinalStatusOnly(String line) throws IOException {
        try (RawTls raw = raw()) {
            raw.request(line, "Expect: 100-continue", "Content-Length: 10");
            String head = raw.readHead();
            if (isGateway() && head.startsWith("HTTP/1.1 100 ")) {
                // The gateway allows it, and hears of the upstream's refusal later.
                raw.send(is(Trait.READS_BODY_FIRST) ? "0123456789" : "");
                assertThat(raw.readHead()).startsWith("HTTP/1.1 40");
            } else {
                assertThat(head).startsWith("HTTP/1.1 40").contains("Connection: close");
            }
        }
    }

    @Test
    void connectionLivesOnAfterAnErrorOnASmallBody() throws IOException {
        try (RawTls raw = raw()) {
            for (int i = 0; i < 5; i++) {
                raw.anonymous("PUT " + manifestPath("latest"), "Content-Length: 10")
                        .send("0123456789");
                assertThat(raw.expectError(401, "UNAUTHORIZED")).doesNotContain("Connection: close");
                raw.request("PUT " + manifestPath("latest"), "Content-Length: 10")
                        .send("0123456789");
                assertThat(raw.expectError(400, "MANIFEST_INVALID")).doesNotContain("Connection: close");
                raw.request("GET " + manifestPath("latest"));
                assertThat(raw.expectError(404, nameUnknown())).doesNotContain("Connection: close");
            }
            raw.request("GET /v2/");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void requestsOfOnePipelineAreAnsweredInOrder() throws IOException {
        String location = client().startUpload(name);
        try (RawTls raw = raw()) {
            String common = " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                    + client().registry().authorization() + "\r\n";
            raw.send("GET /v2/no/such/tags/list" + common + "\r\nPATCH " + location + common
                    + "Content-Length: 5\r\n\r\nhelloGET /v2/" + common + "\r\n");
            raw.expectError(404, "NAME_UNKNOWN");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ").contains("Range: 0-4");
            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 200 ");
            assertThat(raw.readBody(head)).isEqualTo("{}");
        }
    }

    @Test
    void clientThatAsksForTheEndOfTheConnectionGetsIt() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET /v2/", "Connection: close");
            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ").endsWith("{}");
        }
    }
}
