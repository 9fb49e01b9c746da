package io.wharfgate.upstream;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.upstream.UpstreamConfig.Health;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upstream, which of its addresses, and which paths need no password. */
class ChoiceGatewayTest {

    @TempDir
    private Path directory;

    private static MockUpstream one;
    private static MockUpstream two;
    private static MockUpstream three;
    private Optional<RunningService> gateway = Optional.empty();

    @BeforeAll
    static void startUpstreams() {
        one = new MockUpstream();
        two = new MockUpstream();
        three = new MockUpstream();
    }

    @AfterAll
    static void stopUpstreams() {
        one.close();
        two.close();
        three.close();
    }

    @BeforeEach
    void reset() {
        one.reset();
        two.reset();
        three.reset();
        one.stub(any(anyUrl()).atPriority(9).willReturn(okJson("\"one\"")));
        two.stub(any(anyUrl()).atPriority(9).willReturn(okJson("\"two\"")));
        three.stub(any(anyUrl()).atPriority(9).willReturn(okJson("\"three\"")));
    }

    @AfterEach
    void stop() {
        gateway.ifPresent(RunningService::close);
    }

    private RegistryClient start(UpstreamSettings settings) throws Exception {
        RunningService started =
                RunningService.Setup.in(directory).gateway(settings.config()).start();
        gateway = Optional.of(started);
        return started.registry().client();
    }

    @Test
    void longestPrefixOfWholeComponentsCounts() throws Exception {
        RegistryClient client = start(UpstreamSettings.to(one.uri())
                .prefixes(Map.of("team", UpstreamSettings.to(two.uri()), "team/x", UpstreamSettings.to(three.uri()))));
        for (String[] expected : new String[][] {
            {"team", "two"},
            {"team/app", "two"},
            {"teams", "one"},
            {"teams/team", "one"},
            {"team/x", "three"},
            {"team/x/y", "three"},
            {"team/xy", "two"},
            {"other", "one"}
        }) {
            assertThat(text(client.get("/v2/" + expected[0] + "/manifests/latest")))
                    .as(expected[0])
                    .isEqualTo("\"" + expected[1] + "\"");
        }
    }

    /** A mount between two registries cannot be; the upload that the client gets instead is at the target's. */
    @Test
    void mountAcrossUpstreamsBecomesAnUpload() throws Exception {
        two.stub(post(urlEqualTo("/v2/team/app/blobs/uploads/"))
                .willReturn(aResponse().withStatus(202).withHeader("Location", "/v2/team/app/blobs/uploads/abc")));
        RegistryClient client =
                start(UpstreamSettings.to(one.uri()).prefixes(Map.of("team", UpstreamSettings.to(two.uri()))));
        HttpResponse<byte[]> answer = client.post(
                "/v2/team/app/blobs/uploads/?mount=sha256:" + "0".repeat(64) + "&from=library/x", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(header(answer, "Location")).isEqualTo("/v2/team/app/blobs/uploads/abc");
        assertThat(one.lines()).isEmpty();
    }

    /** Any repository of the upstream may be the source, so each must be one that the user may pull from here. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mountWithoutASourceIsForAnUpstreamWithoutOthers(boolean alone) throws Exception {
        one.stub(post(anyUrl())
                .willReturn(aResponse().withStatus(202).withHeader("Location", "/v2/a/blobs/uploads/abc")));
        UpstreamSettings settings = UpstreamSettings.to(one.uri());
        RegistryClient client =
                start(alone ? settings : settings.prefixes(Map.of("team", UpstreamSettings.to(two.uri()))));
        String mount = "?mount=sha256:" + "0".repeat(64);
        assertThat(client.post("/v2/a/blobs/uploads/" + mount, new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(one.lines()).containsExactly("POST /v2/a/blobs/uploads/" + (alone ? mount : ""));
    }

    @Test
    void requestsGoRound() throws Exception {
        RegistryClient client = start(UpstreamSettings.to(one.uri(), two.uri()));
        for (int i = 0; i < 10; i++) {
            assertThat(client.get("/v2/a/manifests/latest").statusCode()).isEqualTo(200);
        }
        assertThat(one.lines()).hasSize(5);
        assertThat(two.lines()).hasSize(5);
    }

    @Test
    void uploadStaysWhereItBegan() throws Exception {
        for (MockUpstream each : List.of(one, two)) {
            each.stub(post(urlEqualTo("/v2/a/blobs/uploads/"))
                    .willReturn(aResponse()
                            .withStatus(202)
                            .withHeader("Location", each.uri() + "/v2/a/blobs/uploads/u?_state=a%3D%3D&b=c")));
        }
        RegistryClient client = start(UpstreamSettings.to(one.uri(), two.uri()));
        for (int i = 0; i < 4; i++) {
            one.reset();
            two.reset();
            for (MockUpstream each : List.of(one, two)) {
                each.stub(any(anyUrl())
                        .atPriority(9)
                        .willReturn(aResponse()
                                .withStatus(202)
                                .withHeader("Location", "/v2/a/blobs/uploads/u?_state=a%3D%3D&b=c")));
            }
            String location = header(client.post("/v2/a/blobs/uploads/", new byte[0]), "Location");
            assertThat(location).startsWith("/v2/a/blobs/uploads/u?");
            MockUpstream chosen = one.lines().isEmpty() ? two : one;
            MockUpstream other = chosen == one ? two : one;
            String next = header(client.patch(location, bytes("x")), "Location");
            client.put(next + "&digest=sha256%3Aabc", bytes("y"));
            assertThat(other.lines()).isEmpty();
            assertThat(chosen.lines())
                    .containsExactly(
                            "PATCH /v2/a/blobs/uploads/u?_state=a%3D%3D&b=c",
                            "POST /v2/a/blobs/uploads/",
                            "PUT /v2/a/blobs/uploads/u?_state=a%3D%3D&b=c&digest=sha256%3Aabc");
        }
    }

    @Test
    void addressWhereNobodyListensIsPassedOver() throws Exception {
        RegistryClient client = start(UpstreamSettings.to(nowhere(), one.uri()));
        for (int i = 0; i < 6; i++) {
            assertThat(text(client.get("/v2/a/manifests/latest"))).isEqualTo("\"one\"");
            // Nothing of the body was sent, so even an upload may go elsewhere.
            assertThat(client.put("/v2/a/manifests/latest", bytes("{}")).statusCode())
                    .isEqualTo(200);
        }
    }

    private static URI nowhere() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }

    @Test
    void sickAddressIsLeftAloneUntilItIsWell() throws Exception {
        one.stub(get("/sick").willReturn(aResponse().withStatus(500)));
        two.stub(get("/sick").willReturn(aResponse().withStatus(200)));
        RegistryClient client = start(UpstreamSettings.to(one.uri(), two.uri())
                .health(new Health("/sick", Duration.ofMillis(50), Duration.ofSeconds(2), 2)));
        await().untilAsserted(() -> {
            assertThat(text(client.get("/v2/a/manifests/latest"))).isEqualTo("\"two\"");
            assertThat(text(client.get("/v2/a/manifests/latest"))).isEqualTo("\"two\"");
            assertThat(text(client.get("/v2/a/manifests/latest"))).isEqualTo("\"two\"");
        });
        one.stub(get("/sick").willReturn(aResponse().withStatus(401)));
        await().untilAsserted(() ->
                assertThat(text(client.get("/v2/a/manifests/latest"))).isEqualTo("\"one\""));
    }

    @ParameterizedTest
    @CsvSource({"/_ping, GET", "/v1/_ping, GET", "/v1/_ping, HEAD", "/open/door, GET", "/doors/any/where?x=y, GET"})
    void openPathsReachTheUpstreamWithoutPassword(String path, String method) throws Exception {
        RegistryClient client = start(UpstreamSettings.to(one.uri()).openPaths("/open/door", "/doors/*"));
        assertThat(client.anonymously(method, path).statusCode()).isEqualTo(200);
        assertThat(one.lines()).containsExactly(method + " " + path);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 405})
    void pingOfAnUpstreamThatKnowsNoneIsAnsweredHere(int status) throws Exception {
        one.stub(any(anyUrl()).atPriority(1).willReturn(aResponse().withStatus(status)));
        RegistryClient client = start(UpstreamSettings.to(one.uri()));
        for (String path : List.of("/_ping", "/v1/_ping")) {
            HttpResponse<byte[]> answer = client.anonymously("GET", path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(text(answer)).isEqualTo("{}");
        }
        assertThat(one.lines()).containsExactly("GET /_ping", "GET /v1/_ping");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /open/door, 405",
        "DELETE, /_ping, 405",
        "GET, /open/door/, 404",
        "GET, /open/doors, 404",
        "GET, /elsewhere, 404",
        "GET, /v1/users/, 401",
        "GET, /v1/repositories/a/images, 401",
        "GET, /v2/a/tags/list, 401",
        "GET, /v2/_other/extension, 401",
    })
    void everythingElseIsShut(String method, String path, int status) throws Exception {
        RegistryClient client = start(UpstreamSettings.to(one.uri()).openPaths("/open/door"));
        assertThat(client.anonymously(method, path).statusCode()).isEqualTo(status);
        assertThat(one.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/repositories/a/images", "/v1/search?q=x", "/v2/_oci/ext/discover", "/v2/a/_x/y?z=%2F"})
    void pathsThatTheSpecificationDoesNotKnowAreForwardedForUsers(String path) throws Exception {
        RegistryClient client = start(UpstreamSettings.to(one.uri()));
        assertThat(client.get(path).statusCode()).isEqualTo(200);
        assertThat(one.lines()).containsExactly("GET " + path);
    }
}
