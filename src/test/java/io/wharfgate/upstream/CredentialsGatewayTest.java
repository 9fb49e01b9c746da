package io.wharfgate.upstream;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway logs in at the upstream; and to whom it never gives its password. */
class CredentialsGatewayTest {

    private static final String PATH = "/v2/team/app/manifests/latest";
    private static final String PASSWORD = "secret of the gateway";
    private static final String BASIC = RegistryUnderTest.basic("me", PASSWORD);

    @TempDir
    private Path directory;

    private static MockUpstream upstream;
    private Optional<RunningService> gateway = Optional.empty();

    @BeforeAll
    static void startUpstream() {
        upstream = new MockUpstream();
    }

    @AfterAll
    static void stopUpstream() {
        upstream.close();
    }

    @BeforeEach
    void reset() {
        upstream.reset();
    }

    @AfterEach
    void stop() {
        gateway.ifPresent(RunningService::close);
    }

    private RegistryClient gateway(UnaryOperator<UpstreamSettings> settings) throws Exception {
        RunningService started = RunningService.Setup.in(directory)
                .gateway(settings.apply(UpstreamSettings.to(upstream.uri())).config())
                .start();
        gateway = Optional.of(started);
        return started.registry().client();
    }

    private static ResponseDefinitionBuilder challenge(String value) {
        return aResponse()
                .withStatus(401)
                .withHeader("WWW-Authenticate", value)
                .withHeader("Content-Type", "application/json")
                .withBody("{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"of the upstream\"}]}");
    }

    private static String bearer(URI realm) {
        return "Bearer realm=\"" + realm + "/token\",service=\"registry.example.net\"";
    }

    /** Takes this token alone, and asks everybody else for one from the realm. */
    private static void takesToken(String token, URI realm) {
        upstream.stub(any(anyUrl()).atPriority(8).willReturn(challenge(bearer(realm))));
        upstream.stub(any(anyUrl())
                .atPriority(7)
                .withHeader("Authorization", equalTo("Bearer " + token))
                .willReturn(okJson("{}")));
    }

    private static void gives(String token) {
        upstream.stub(get(urlPathEqualTo("/token"))
                .atPriority(2)
                .withHeader("Authorization", equalTo(BASIC))
                .willReturn(okJson("{\"token\":\"" + token + "\",\"expires_in\":300}")));
        upstream.stub(any(urlPathEqualTo("/token"))
                .atPriority(3)
                .willReturn(aResponse().withStatus(405)));
    }

    @Test
    void basicIsSentToAnUpstreamThatWantsBasic() throws Exception {
        upstream.stub(any(anyUrl()).atPriority(8).willReturn(challenge("Basic realm=\"x\"")));
        upstream.stub(any(anyUrl())
                .atPriority(7)
                .withHeader("Authorization", equalTo(BASIC))
                .willReturn(okJson("{}")));
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
        assertThat(client.get(PATH).statusCode()).isEqualTo(200);
        assertThat(client.put(PATH, bytes("{}")).statusCode()).isEqualTo(200);
        upstream.verify(1, putRequestedFor(urlEqualTo(PATH)));
    }

    @Test
    void tokenIsFetchedAndKept() throws Exception {
        takesToken("t1", upstream.uri());
        gives("t1");
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        for (int i = 0; i < 3; i++) {
            assertThat(client.get(PATH).statusCode()).isEqualTo(200);
        }
        List<LoggedRequest> tokens = upstream.all(getRequestedFor(urlPathEqualTo("/token")));
        assertThat(tokens).hasSize(1);
        assertThat(tokens.get(0).queryParameter("scope").values()).containsExactly("repository:team/app:pull");
        assertThat(tokens.get(0).queryParameter("service").firstValue()).isEqualTo("registry.example.net");
        assertThat(upstream.all(anyRequestedFor(urlEqualTo(PATH))).stream()
                        .map(request -> String.valueOf(request.getHeader("Authorization"))))
                .doesNotContain(BASIC, client.registry().authorization());
    }

    @Test
    void bodyIsSentOnceTheTokenIsThere() throws Exception {
        takesToken("t1", upstream.uri());
        gives("t1");
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        HttpResponse<byte[]> answer = client.put(PATH, bytes("{\"large\":\"" + "x".repeat(500_000) + "\"}"));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        upstream.verify(1, putRequestedFor(urlEqualTo(PATH)).withHeader("Authorization", equalTo("Bearer t1")));
        upstream.verify(0, putRequestedFor(urlEqualTo(PATH)).withHeader("Authorization", absent()));
    }

    @Test
    void tokenThatIsRefusedIsRenewedOnce() throws Exception {
        takesToken("t1", upstream.uri());
        gives("t1");
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        assertThat(client.get(PATH).statusCode()).isEqualTo(200);
        upstream.reset();
        takesToken("t2", upstream.uri());
        gives("t2");
        assertThat(client.get(PATH).statusCode()).isEqualTo(200);
        upstream.verify(2, getRequestedFor(urlEqualTo(PATH)));
        upstream.verify(1, getRequestedFor(urlPathEqualTo("/token")));
    }

    @Test
    void credentialsThatTheUpstreamRefusesAreTheGatewaysFault() throws Exception {
        upstream.stub(any(anyUrl()).atPriority(8).willReturn(challenge(bearer(upstream.uri()))));
        upstream.stub(any(urlPathEqualTo("/token"))
                .atPriority(2)
                .willReturn(aResponse().withStatus(401)));
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        HttpResponse<byte[]> answer = client.get(PATH);
        assertError(answer, 502, "UNAVAILABLE");
        assertThat(answer.headers().map()).doesNotContainKey("www-authenticate");
        assertThat(text(answer)).doesNotContain(PASSWORD, "127.0.0.1");
    }

    @Test
    void untrustedRealmGetsNoPassword() throws Exception {
        takesToken("t1", upstream.otherName());
        gives("t1");
        RegistryClient client = gateway(settings -> settings.credentials("me", PASSWORD));
        assertError(client.get(PATH), 502, "UNAVAILABLE");
        upstream.verify(0, anyRequestedFor(urlPathEqualTo("/token")).withHeader("Authorization", equalTo(BASIC)));
    }

    @Test
    void realmThatTheOperatorNamesIsTrusted() throws Exception {
        takesToken("t1", upstream.otherName());
        gives("t1");
        RegistryClient client = gateway(settings -> settings.credentials(
                "me",
                PASSWORD,
                upstream.otherName().getAuthority(),
                upstream.otherName().getHost()));
        assertThat(client.get(PATH).statusCode()).isEqualTo(200);
    }

    /** The client must never be led to a token service with the password that it has for us. */
    @Test
    void challengeOfTheUpstreamDoesNotReachTheClient() throws Exception {
        upstream.stub(any(anyUrl()).atPriority(8).willReturn(challenge(bearer(upstream.otherName()))));
        RegistryClient client = gateway(UnaryOperator.identity());
        HttpResponse<byte[]> answer = client.get(PATH);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic realm=\"Wharfgate\"");
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(1);
        assertThat(text(answer)).contains("of the upstream");
        assertThat(upstream.all(anyRequestedFor(anyUrl())
                        .withHeader("Authorization", equalTo(client.registry().authorization()))))
                .isEmpty();
    }

    @Test
    void anonymousTokenIsNotAskedForWithoutCredentials() throws Exception {
        upstream.stub(put(anyUrl()).willReturn(aResponse().withStatus(201)));
        RegistryClient client = gateway(UnaryOperator.identity());
        assertThat(client.put(PATH, bytes("{}")).statusCode()).isEqualTo(201);
        assertThat(upstream.lines()).containsExactly("PUT " + PATH);
    }
}
