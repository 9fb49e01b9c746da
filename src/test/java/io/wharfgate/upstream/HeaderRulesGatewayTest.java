package io.wharfgate.upstream;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.upstream.UpstreamConfig.Headers;
import io.wharfgate.upstream.UpstreamConfig.Rules;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Header fields both ways, and the operator's own rules for them. */
class HeaderRulesGatewayTest {

    private static final String PATH = "/v2/a/manifests/latest";

    @TempDir
    private static Path directory;

    private static MockUpstream upstream;
    private static RunningService gateway;
    private static RegistryClient client;

    @BeforeAll
    static void start() throws Exception {
        upstream = new MockUpstream();
        Rules request = new Rules(
                Set.of("x-unwanted", "Accept-Language"),
                Map.of("X-Set", "by the operator", "User-Agent", "wharfgate"),
                Map.of("X-Added", "too"));
        Rules response = new Rules(
                Set.of("server", "X-Powered-By"), Map.of("Cache-Control", "no-store"), Map.of("X-Added", "b"));
        gateway = RunningService.Setup.in(directory)
                .gateway(UpstreamSettings.to(upstream.uri())
                        .headers(new Headers(
                                Optional.of("inner.example.net:5000"), Optional.of("X-User"), request, response))
                        .config())
                .start();
        client = gateway.registry().client();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void reset() {
        upstream.reset();
        upstream.stub(get(anyUrl())
                .willReturn(aResponse()
                        .withStatus(200)
                        .withHeader("Server", "Registry/1.0")
                        .withHeader("X-Powered-By", "coffee")
                        .withHeader("X-Added", "a")
                        .withHeader("Cache-Control", "max-age=100")
                        .withHeader("Alt-Svc", "h3=\":443\"")
                        .withHeader("Keep-Alive", "timeout=5")
                        .withHeader("X-Request-Id", "the upstream's")
                        .withHeader("Docker-Distribution-Api-Version", "registry/2.0")
                        .withHeader("Connection", "X-Named")
                        .withHeader("X-Named", "hop by hop")
                        .withHeader("Docker-Content-Digest", "sha256:abc")
                        .withHeader("ETag", "\"e\"")
                        .withBody("{}")));
    }

    private static LoggedRequest arrived() {
        List<LoggedRequest> all = upstream.all(getRequestedFor(urlEqualTo(PATH)));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void requestIsChangedAsTheOperatorWants() {
        client.get(PATH, "X-Unwanted", "x", "Accept-Language", "de", "X-Set", "by the client", "X-Added", "mine");
        LoggedRequest request = arrived();
        assertThat(request.containsHeader("X-Unwanted")).isFalse();
        assertThat(request.containsHeader("Accept-Language")).isFalse();
        assertThat(request.header("X-Set").values()).containsExactly("by the operator");
        assertThat(request.header("User-Agent").values()).containsExactly("wharfgate");
        assertThat(request.header("X-Added").values()).containsExactly("mine", "too");
    }

    @Test
    void upstreamLearnsTheUserAndNothingOfThePassword() {
        client.get(PATH, "X-User", "root", "x_user", "root");
        LoggedRequest request = arrived();
        assertThat(request.header("X-User").values()).containsExactly(RunningService.USER);
        assertThat(request.containsHeader("Authorization")).isFalse();
        assertThat(request.containsHeader("x_user")).isFalse();
    }

    @Test
    void hostIsTheOperatorsIfHeNamesOne() {
        client.get(PATH);
        assertThat(arrived().getHeader("Host")).isEqualTo("inner.example.net:5000");
        assertThat(arrived().getHeader("X-Forwarded-Host"))
                .isEqualTo(gateway.uri().getAuthority());
    }

    @Test
    void requestIdIsTheSameEverywhere() {
        HttpResponse<byte[]> answer = client.get(PATH);
        assertThat(answer.headers().allValues("X-Request-Id"))
                .containsExactly(arrived().getHeader("X-Request-Id"))
                .doesNotContain("the upstream's");
    }

    @Test
    void answerIsChangedAsTheOperatorWants() {
        HttpResponse<byte[]> answer = client.get(PATH);
        assertThat(answer.headers().map()).doesNotContainKeys("server", "x-powered-by");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(answer.headers().allValues("X-Added")).containsExactly("a", "b");
    }

    @Test
    void whatBelongsToTheHopStaysThere() {
        HttpResponse<byte[]> answer = client.get(PATH);
        assertThat(answer.headers().map()).doesNotContainKeys("keep-alive", "alt-svc", "x-named");
        assertThat(answer.headers().allValues("Docker-Distribution-Api-Version"))
                .containsExactly("registry/2.0");
    }

    @Test
    void whatTellsOfTheContentStays() {
        HttpResponse<byte[]> answer = client.get(PATH);
        assertThat(answer.headers().firstValue("Docker-Content-Digest")).contains("sha256:abc");
        assertThat(answer.headers().firstValue("ETag")).contains("\"e\"");
    }

    @Test
    void apiVersionIsThereEvenIfTheUpstreamForgetsIt() {
        upstream.reset();
        upstream.stub(get(anyUrl()).willReturn(aResponse().withStatus(404)));
        assertThat(client.get(PATH).headers().allValues("Docker-Distribution-Api-Version"))
                .containsExactly("registry/2.0");
    }

    @Test
    void viaSaysWhoForwards() {
        client.get(PATH, "Via", "1.1 before");
        assertThat(arrived().getHeader("Via")).isNotBlank();
        upstream.verify(1, getRequestedFor(urlEqualTo(PATH)).withHeader("X-Forwarded-Proto", equalTo("https")));
    }
}
