package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.closing;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.part;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads in parts: their order, their state, and what remains of a part that was cut off. */
abstract class ChunkContract extends ResourceContract {

    private final byte[] content = noise(30_000, 20);
    private String location = "";

    @BeforeEach
    void begin() {
        location = client().startUpload(name);
    }

    private HttpResponse<byte[]> chunk(int from, int to) {
        return goOn(client().patch(location, part(content, from, to), "Content-Range", from + "-" + (to - 1)));
    }

    /** What comes next goes where the answer says. */
    private HttpResponse<byte[]> goOn(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 202) {
            location = header(answer, "Location");
        }
        return answer;
    }

    private void assertStatus(String range) {
        HttpResponse<byte[]> status = client().get(location);
        assertThat(status.statusCode()).isEqualTo(204);
        assertThat(header(status, "Range")).isEqualTo(range);
        assertSameUpload(header(status, "Location"), location);
        assertThat(path(location)).endsWith(header(status, "Docker-Upload-UUID"));
        assertThat(status.body()).isEmpty();
        assertThat(header(client().head(location), "Range")).isEqualTo(range);
    }

    @Test
    void chunksInOrderMakeTheBlob() {
        assertStatus("0-0");
        assertThat(header(chunk(0, 10_000), "Range")).isEqualTo("0-9999");
        assertThat(header(chunk(10_000, 20_000), "Range")).isEqualTo("0-19999");
        assertStatus("0-19999");
        HttpResponse<byte[]> closed = client().put(
                        closing(location, sha256(content)),
                        part(content, 20_000, 30_000),
                        "Content-Range",
                        "20000-29999");
        assertThat(closed.statusCode()).isEqualTo(201);
        assertThat(client().get(blobPath(sha256(content))).body()).isEqualTo(content);
    }

    @Test
    void chunksWithoutContentRangeAreAppended() {
        assertThat(goOn(client().patch(location, part(content, 0, 15_000))).statusCode())
                .isEqualTo(202);
        assertThat(goOn(client().chunked("PATCH", location, part(content, 15_000, 30_000)))
                        .statusCode())
                .isEqualTo(202);
        assertThat(client().put(closing(location, sha256(content)), new byte[0]).statusCode())
                .isEqualTo(201);
    }

    @Test
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "202")
    void chunkOutOfOrderIs416WithWhereToGoOn() {
        assertThat(chunk(0, 10_000).statusCode()).isEqualTo(202);
        HttpResponse<byte[]> gap = chunk(20_000, 30_000);
        assertError(gap, 416, "BLOB_UPLOAD_INVALID");
        assertSameUpload(header(gap, "Location"), location);
        assertThat(header(gap, "Range")).isEqualTo("0-9999");
        assertError(chunk(5_000, 10_000), 416, "BLOB_UPLOAD_INVALID");
        assertStatus("0-9999");
        assertThat(chunk(10_000, 30_000).statusCode()).isEqualTo(202);
        assertThat(client().put(closing(location, sha256(content)), new byte[0]).statusCode())
                .isEqualTo(201);
    }

    @Test
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "DIGEST_INVALID")
    void closingPutOutOfOrderIs416AndTheUploadGoesOn() {
        assertThat(chunk(0, 10_000).statusCode()).isEqualTo(202);
        HttpResponse<byte[]> answer = client().put(
                        closing(location, sha256(content)),
                        part(content, 20_000, 30_000),
                        "Content-Range",
                        "20000-29999");
        assertError(answer, 416, "BLOB_UPLOAD_INVALID");
        assertSameUpload(header(answer, "Location"), location);
        assertStatus("0-9999");
    }

    @Test
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "202")
    void clientMayGoOnTheMomentItIsTold416() {
        for (int round = 0; round < 20; round++) {
            int at = round * 1_000;
            assertThat(chunk(at + 500, at + 1_000).statusCode()).isEqualTo(416);
            assertThat(chunk(at, at + 1_000).statusCode()).as("round %s", round).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "10-5", "-5", "5-", "bytes", "0-99999999999999999999", "0 - 9"})
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "202")
    void malformedContentRangeIsRefused(String range) {
        assertError(client().patch(location, bytes("0123456789"), "Content-Range", range), 400, "BLOB_UPLOAD_INVALID");
        assertStatus("0-0");
    }

    @Test
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "202")
    void contentRangeOfAnotherLengthThanTheBodyIsRefused() {
        assertError(client().patch(location, bytes("0123456789"), "Content-Range", "0-5"), 400, "SIZE_INVALID");
        assertStatus("0-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-5", "0-20"})
    @Deviates(trait = Trait.CONTENT_RANGE_IGNORED, seen = "202")
    void chunkedBodyOfAnotherLengthThanItsContentRangeIsRefused(String range) {
        assertError(
                client().chunked("PATCH", location, bytes("0123456789"), "Content-Range", range), 400, "SIZE_INVALID");
        assertThat(client().get(location).statusCode()).isEqualTo(204);
    }

    @Test
    void contentRangeAsHttpWritesItIsTakenToo() {
        assertThat(goOn(client().patch(location, bytes("01234"), "Content-Range", "bytes 0-4/*"))
                        .statusCode())
                .isEqualTo(202);
        assertStatus("0-4");
    }

    @Test
    @Deviates(trait = Trait.PARTS_COUNT_WHEN_WHOLE, seen = "within")
    void cutOffChunkKeepsWhatArrived() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PATCH " + location, "Content-Length: 30000").send(part(content, 0, 12_000));
            awaitStatus("0-11999");
            raw.abort();
        }
        awaitChunk(12_000, 30_000);
        assertThat(client().put(closing(location, sha256(content)), new byte[0]).statusCode())
                .isEqualTo(201);
    }

    @Test
    @Deviates(trait = Trait.PARTS_COUNT_WHEN_WHOLE, seen = "within")
    void cutOffChunkedBodyKeepsWhatArrivedAndIsNoEnd() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PATCH " + location, "Transfer-Encoding: chunked")
                    .send("1f40\r\n")
                    .send(part(content, 0, 8_000))
                    .send("\r\n1f40\r\n")
                    .send(part(content, 8_000, 9_000));
            awaitStatus("0-8999");
        }
        awaitChunk(9_000, 30_000);
    }

    @Test
    void brokenChunkFramingEndsTheRequestAndKeepsTheUpload() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PATCH " + location, "Transfer-Encoding: chunked")
                    .send("5\r\n01234\r\nfffffffffffffffffff\r\n");
            assertThat(raw.closedByServer()).isTrue();
        }
        await().untilAsserted(
                        () -> assertThat(client().get(location).statusCode()).isEqualTo(204));
        awaitChunk(isGateway() ? 0 : 5, 30_000);
    }

    @Test
    @Deviates(trait = Trait.PARTS_COUNT_WHEN_WHOLE, seen = "\"0-0\"")
    void secondWriterTakesOverFromAFirstThatHasFallenSilent() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PATCH " + location, "Content-Length: 100").send("0123456789");
            awaitStatus("0-9");
            assertThat(client().patch(location, bytes("successor")).statusCode())
                    .isEqualTo(202);
            assertStatus("0-18");
            assertThat(raw.closedByServer()).isTrue();
        }
    }

    private void awaitStatus(String range) {
        await().atMost(patience(Trait.PARTS_COUNT_WHEN_WHOLE)).untilAsserted(() -> assertStatus(range));
    }

    /** The server may need a moment to notice that the first client has gone. */
    private void awaitChunk(int from, int to) {
        await().untilAsserted(() -> assertThat(chunk(from, to).statusCode()).isEqualTo(202));
        assertStatus("0-" + (to - 1));
    }
}
