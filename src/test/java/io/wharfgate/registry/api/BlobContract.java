package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.part;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs on their way out. */
abstract class BlobContract extends ResourceContract {

    private static final int SIZE = 400_000;

    private final byte[] content = noise(SIZE, 30);
    private final Digest digest = sha256(content);

    @BeforeEach
    void push() {
        client().pushBlob(name, content);
    }

    @Test
    void getHasTheContentWithKnownLengthAndNothingEncoded() {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Accept-Encoding", "gzip, zstd");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(content);
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(SIZE));
        assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(answer, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
        assertThat(answer.headers().map()).doesNotContainKeys("content-encoding", "transfer-encoding");
    }

    @Test
    void headAnswersAsGetDoes() {
        HttpResponse<byte[]> head = client().head(blobPath(digest));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        HttpResponse<byte[]> get = client().get(blobPath(digest));
        for (String header : new String[] {
            "Content-Length", "Content-Type", "Docker-Content-Digest", "ETag", "Accept-Ranges", "Cache-Control"
        }) {
            assertThat(header(head, header)).as(header).isEqualTo(header(get, header));
        }
    }

    @Test
    void colonOfTheDigestMayBeEscaped() {
        assertThat(client().get(blobPath(digest).replace(":", "%3A")).body()).isEqualTo(content);
        assertThat(client().head(blobPath(digest).replace(":", "%3a")).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,             0,      1",
        "bytes=100-199,         100,    200",
        "bytes=399999-399999,   399999, 400000",
        "bytes=131072-262143,   131072, 262144",
        "bytes=399000-,         399000, 400000",
        "bytes=0-,              0,      400000",
        "bytes=-1000,           399000, 400000",
        "bytes=-9999999,        0,      400000",
        "bytes=399990-99999999, 399990, 400000",
    })
    void rangeIs206WithThatPart(String range, int from, int to) {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/" + SIZE);
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(to - from));
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(answer.body()).isEqualTo(part(content, from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=400000-", "bytes=400000-500000", "bytes=-0", "bytes=500-0", "bytes=0-1,500-0"})
    @Deviates(
            trait = Trait.BROKEN_416,
            seen = "bytes received: ",
            rows = {1, 2, 4, 5})
    @Deviates(trait = Trait.BROKEN_416, seen = "206", rows = 3)
    void rangeThatHoldsNothingIs416WithTheSize(String range) {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", range);
        assertError(answer, 416, "RANGE_INVALID");
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes */" + SIZE);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-9,100-199,399990-       | 0-10 100-200 399990-400000",
                "bytes=300000-399999, 0-131071   | 300000-400000 0-131072",
                "bytes=5-5,-1,7-7                | 5-6 399999-400000 7-8",
                "bytes=0-0,9-9,400000-400001     | 0-1 9-10",
            })
    void severalRangesComeAsParts(String ranges, String expected) {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", ranges);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(answer.headers().firstValue("Content-Range")).isEmpty();
        String type = header(answer, "Content-Type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        String boundary = "\r\n--" + type.substring(type.indexOf('=') + 1);
        for (String range : expected.split(" ", -1)) {
            int from = Integer.parseInt(range.substring(0, range.indexOf('-')));
            int to = Integer.parseInt(range.substring(range.indexOf('-') + 1));
            whole.writeBytes(bytes(boundary + partHead("bytes " + from + "-" + (to - 1) + "/" + SIZE)));
            whole.writeBytes(part(content, from, to));
        }
        whole.writeBytes(bytes(boundary + "--\r\n"));
        // Go begins with the boundary itself, not with the end of a line before it.
        byte[] multipart = is(Trait.GO_MULTIPART) ? part(whole.toByteArray(), 2, whole.size()) : whole.toByteArray();
        assertThat(answer.body()).isEqualTo(multipart);
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(multipart.length));
    }

    private String partHead(String range) {
        String type = "\r\nContent-Type: application/octet-stream";
        range = "\r\nContent-Range: " + range;
        return (is(Trait.GO_MULTIPART) ? range + type : type + range) + "\r\n\r\n";
    }

    @Test
    void oneRangeThatIsLeftOfSeveralComesAlone() {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", "bytes=10-19,400000-");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes 10-19/" + SIZE);
        assertThat(answer.body()).isEqualTo(part(content, 10, 20));
    }

    @Test
    void rangesThatAreMoreThanTheBlobGiveTheBlob() {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", "bytes=0-,0-,0-");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines=1-2", "bytes=1-2,x", "bytes=", "bytes=-", "bytes=a-b", "100-200"})
    @Deviates(
            trait = Trait.BROKEN_416,
            seen = "bytes received: ",
            rows = {1, 2, 4, 5, 6})
    void whatIsNoRangeIsAsIfItWereNotThere(String range) {
        HttpResponse<byte[]> answer = client().get(blobPath(digest), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(SIZE);
    }

    @Test
    void rangeCountsOnlyForTheContentThatIfRangeNames() {
        String etag = header(client().head(blobPath(digest)), "ETag");
        assertThat(client().get(blobPath(digest), "Range", "bytes=0-9", "If-Range", etag)
                        .statusCode())
                .isEqualTo(206);
        assertThat(client().get(blobPath(digest), "Range", "bytes=0-9", "If-Range", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Deviates(trait = Trait.BROKEN_416, seen = "text/plain")
    void emptyBlobHasNoRangeButItself() {
        Digest empty = client().pushBlob(name, new byte[0]);
        HttpResponse<byte[]> answer = client().get(blobPath(empty));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("0");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(empty.toString());
        assertError(client().get(blobPath(empty), "Range", "bytes=0-"), 416, "RANGE_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void contentThatTheClientHasIs304(String method) {
        String etag = header(client().head(blobPath(digest)), "ETag");
        for (String held : new String[] {etag, "W/" + etag, "\"x\", " + etag, "*"}) {
            HttpResponse<byte[]> answer = client().bodyless(method, blobPath(digest), "If-None-Match", held);
            assertThat(answer.statusCode()).as(held).isEqualTo(304);
            assertThat(header(answer, "ETag")).isEqualTo(etag);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(client().bodyless(method, blobPath(digest), "If-None-Match", "\"x\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void missingBlobIs404(String method) {
        HttpResponse<byte[]> answer = client().bodyless(method, blobPath(sha256(noise(1, 31))));
        assertThat(answer.statusCode()).isEqualTo(404);
        if (method.equals("GET")) {
            assertError(answer, 404, "BLOB_UNKNOWN");
        } else {
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:nonsense",
                "sha256:",
                ":",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550",
                "latest"
            })
    void malformedOrUnknownDigestIs400(String text) {
        assertError(client().get(blobPath(text)), 400, "DIGEST_INVALID");
        assertThat(client().head(blobPath(text)).statusCode()).isEqualTo(400);
        assertError(client().delete(blobPath(text)), 400, "DIGEST_INVALID");
    }

    @Test
    void earlyClosedRangeDisturbsNobody() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("GET " + blobPath(digest), "Range: bytes=10-");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 206 ");
            assertThat(raw.read(100)).isEqualTo(part(content, 10, 110));
            raw.abort();
        }
        assertThat(client().get(blobPath(digest)).body()).isEqualTo(content);
    }

    @Test
    void connectionServesOneBlobAfterAnother() throws IOException {
        try (RawTls raw = raw()) {
            for (int i = 0; i < 5; i++) {
                raw.request("GET " + blobPath(digest), "Range: bytes=" + i + "-" + (i + 99_999));
                raw.readHead();
                assertThat(raw.read(100_000)).isEqualTo(part(content, i, i + 100_000));
                raw.request("HEAD " + blobPath(digest));
                assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ").contains("Content-Length: " + SIZE);
            }
        }
    }
}
