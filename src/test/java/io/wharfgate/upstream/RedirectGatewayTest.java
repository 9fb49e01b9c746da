package io.wharfgate.upstream;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RegistryClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that send clients to object storage: passed as it is, or followed here. */
class RedirectGatewayTest {

    private static final String BLOB = "/v2/a/blobs/sha256:" + "0".repeat(64);

    @TempDir
    private static Path directory;

    private static MockUpstream upstream;
    private static RunningService passing;
    private static RunningService following;

    private String storage = "";

    @BeforeAll
    static void start() throws Exception {
        upstream = new MockUpstream();
        UpstreamSettings settings = UpstreamSettings.to(upstream.uri()).credentials("me", "secret of the gateway");
        passing = RunningService.Setup.in(directory.resolve("passing"))
                .gateway(UpstreamSettings.to(upstream.uri()).config())
                .start();
        following = RunningService.Setup.in(directory.resolve("following"))
                .gateway(settings.followRedirects().config())
                .start();
    }

    @AfterAll
    static void stop() {
        following.close();
        passing.close();
        upstream.close();
    }

    @BeforeEach
    void reset() {
        upstream.reset();
        storage = upstream.otherName() + "/bucket/object?X-Sig=a%2Bb&Expires=1";
        upstream.stub(any(urlEqualTo(BLOB)).willReturn(temporaryRedirect(storage)));
        upstream.stub(get("/bucket/object?X-Sig=a%2Bb&Expires=1")
                .willReturn(aResponse()
                        .withStatus(200)
                        .withHeader("X-Amz-Secret", "z")
                        .withHeader("Content-Type", "binary/octet-stream")
                        .withBody("content from the storage")));
        upstream.stub(any(urlEqualTo("/bucket/object?X-Sig=a%2Bb&Expires=1"))
                .atPriority(9)
                .willReturn(ok()));
    }

    private static RegistryClient client(RunningService gateway) throws Exception {
        return gateway.registry().client();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void redirectIsPassedAsItIs(String method) throws Exception {
        HttpResponse<byte[]> answer = client(passing).bodyless(method, BLOB);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(header(answer, "Location")).isEqualTo(storage);
        assertThat(upstream.lines()).containsExactly(method + " " + BLOB);
    }

    @Test
    void redirectIsFollowedIfTheOperatorWantsIt() throws Exception {
        HttpResponse<byte[]> answer = client(following).get(BLOB, "Range", "bytes=0-");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("content from the storage");
        LoggedRequest fetched = upstream.all(anyRequestedFor(urlEqualTo("/bucket/object?X-Sig=a%2Bb&Expires=1")))
                .get(0);
        assertThat(fetched.containsHeader("Authorization")).isFalse();
        assertThat(fetched.getHeader("Range")).isEqualTo("bytes=0-");
        assertThat(fetched.getHeader("Host")).isEqualTo(upstream.otherName().getAuthority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void redirectOfAWriteIsNeverFollowed(String method) throws Exception {
        String path = "/v2/a/blobs/uploads/5f0f5a35";
        upstream.stub(
                any(urlEqualTo(path)).willReturn(aResponse().withStatus(307).withHeader("Location", storage)));
        HttpResponse<byte[]> answer = client(following).bodyless(method, path);
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(header(answer, "Location")).isEqualTo(storage);
        assertThat(upstream.lines())
                .contains(method + " " + path)
                .noneMatch(line -> line.startsWith(method + " /bucket"));
    }

    @Test
    void redirectsWithoutEndEnd() throws Exception {
        upstream.stub(get(anyUrl()).atPriority(1).willReturn(temporaryRedirect(upstream.otherName() + "/again")));
        HttpResponse<byte[]> answer = client(following).get(BLOB);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(upstream.lines().stream().filter(line -> !line.endsWith(" /v2/")))
                .hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void errorOfTheStorageIsTheAnswer() throws Exception {
        upstream.stub(get("/bucket/object?X-Sig=a%2Bb&Expires=1")
                .atPriority(1)
                .willReturn(aResponse().withStatus(403).withBody("<Error/>")));
        assertThat(client(following).get(BLOB).statusCode()).isIn(403, 502);
    }
}
