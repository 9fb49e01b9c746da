package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RawTls;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Path, query and field values arrive as the client wrote them, byte for byte. */
class TargetGatewayTest {

    private static final String DIGEST = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path directory;

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void reset() {
        gateway.upstream.reset();
    }

    private static String arrived(String line, String... fields) throws Exception {
        try (RawTls raw = gateway.connect(false)) {
            raw.request(line, fields);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
        }
        return gateway.upstream.request();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a/blobs/" + DIGEST,
                "/v2/a/blobs/sha256%3A0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "/v2/a/blobs/sha256%3a0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "/v2/a/manifests/latest?ns=docker.io",
                "/v2/a/tags/list?n=1&last=%2F",
                "/v2/a/tags/list?last=a+b&last2=a%20b",
                "/v2/a/tags/list?z=%41&&=&a",
                "/v2/a/tags/list?q='(*!~$)",
                "/v2/a/tags/list?x=http://b/../c//d?e",
                "/v2/a/tags/list?x=%c3%a9%FF",
                "/v2/_catalog?n=10&last=a%2Fb",
            })
    void targetStaysAsItIs(String target) throws Exception {
        assertThat(arrived("GET " + target)).startsWith("GET " + target + " HTTP/1.1\r\n");
    }

    /** A registry makes the names of its uploads and what stands in their query as it likes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a/blobs/uploads/5f0f5a35-3d2c-4b0e-9d3b-1c6d2b0f7a11?_state=aB-_c%3D%3D&digest=" + DIGEST,
                "/v2/a/blobs/uploads/AbCdEf_0.9-x?state=x",
                "/v2/a/blobs/uploads/12345",
            })
    void uploadsOfOtherRegistriesKeepTheirNames(String target) throws Exception {
        assertThat(arrived("PUT " + target, "Content-Length: 0")).startsWith("PUT " + target + " HTTP/1.1\r\n");
    }

    @Test
    void fieldValuesStayAsTheyAre() throws Exception {
        String request = arrived(
                "GET /v2/a/manifests/latest",
                "Accept: application/vnd.oci.image.manifest.v1+json, */*;q=0.1",
                "Accept: application/json",
                "X-Latin: caf\u00e9",
                "X-Quoted: \"a\\\"b\"",
                "X-Empty:",
                "If-None-Match: W/\"x\", \"y\"");
        assertThat(request)
                .contains("Accept: application/vnd.oci.image.manifest.v1+json, */*;q=0.1\r\n")
                .contains("Accept: application/json\r\n")
                .contains("X-Latin: caf\u00e9\r\n")
                .contains("X-Quoted: \"a\\\"b\"\r\n")
                .containsPattern("X-Empty: ?\r\n")
                .contains("If-None-Match: W/\"x\", \"y\"\r\n");
    }

    @Test
    void fieldValuesOfAnswersStayAsTheyAre() throws Exception {
        gateway.upstream.script((peer, head) -> peer.send("HTTP/1.1 200 OK\r\nX-Latin: caf\u00e9\r\n"
                + "Link: </v2/a/tags/list?last=b%2Fc&n=1>; rel=\"next\"\r\nDocker-Content-Digest: " + DIGEST
                + "\r\nEtag: W/\"x\"\r\nCache-Control: a\r\nCache-Control: b\r\nContent-Length: 0\r\n\r\n"));
        try (RawTls raw = gateway.connect(false)) {
            raw.request("GET /v2/a/tags/list");
            assertThat(raw.readHead())
                    .contains("X-Latin: caf\u00e9\r\n")
                    .contains("Link: </v2/a/tags/list?last=b%2Fc&n=1>; rel=\"next\"\r\n")
                    .contains("Docker-Content-Digest: " + DIGEST + "\r\n")
                    .containsIgnoringCase("ETag: W/\"x\"\r\n")
                    .contains("Cache-Control: a\r\n", "Cache-Control: b\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a/tags/list?q=[a|b]",
                "/v2/a/tags/list?q={a}",
                "/v2/a/tags/list?q=\"a\"",
                "/v2/a/tags/list?q=`^"
            })
    void charactersThatNoUriHoldsAreRefusedOrKept(String target) throws Exception {
        try (RawTls raw = gateway.connect(false)) {
            raw.request("GET " + target);
            String head = raw.readHead();
            assertThat(head).matches("(?s)HTTP/1.1 (200|400) .*");
        }
        for (String request : gateway.upstream.requests()) {
            assertThat(request).startsWith("GET " + target + " HTTP/1.1\r\n");
        }
    }

    @Test
    void longTargetArrives() throws Exception {
        String target = "/v2/a/tags/list?last=" + "x".repeat(5_000);
        assertThat(arrived("GET " + target)).startsWith("GET " + target + " HTTP/1.1\r\n");
    }
}
