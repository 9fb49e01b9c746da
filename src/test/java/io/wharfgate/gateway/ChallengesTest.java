package io.wharfgate.gateway;

import static io.wharfgate.gateway.TokenServer.basic;
import static io.wharfgate.gateway.TokenServer.bearer;
import static io.wharfgate.gateway.TokenServer.challenge;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.http.TestServer.RawClient;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a 401 asks for, and what comes of it. */
class ChallengesTest {

    private static final String DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private static final String BASIC = "Basic realm=\"test\", charset=\"UTF-8\"";
    private static final Optional<String> NOBODY = Optional.empty();
    private static final String SERVICE = ",service=\"the \\\"registry\\\"\"";

    @TempDir
    private Path directory;

    private TokenServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TokenServer(directory, AuthConfig.Challenge.AUTO, Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(AuthConfig.Challenge scheme, Optional<URI> externalUrl) throws Exception {
        server.close();
        server = new TokenServer(directory, scheme, externalUrl);
    }

    private String realm() {
        return "Bearer realm=\"http://127.0.0.1:" + server.port() + "/auth/token\"" + SERVICE;
    }

    private String ask(String method, String path) throws Exception {
        HttpResponse<String> response = server.send(method, path, NOBODY);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate")).hasSize(1);
        return challenge(response);
    }

    @Test
    void basicIsBasic() throws Exception {
        restart(AuthConfig.Challenge.BASIC, Optional.empty());
        assertThat(ask("GET", "/v2/")).isEqualTo(BASIC);
        HttpResponse<String> response = server.send("GET", "/v2/", Optional.of("Bearer nonsense"));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).isEqualTo(BASIC);
    }

    @Test
    void bearerIsBearerThoughEverybodyMustLogIn() throws Exception {
        restart(AuthConfig.Challenge.BEARER, Optional.empty());
        server.anonymous = false;
        assertThat(ask("GET", "/v2/")).isEqualTo(realm());
    }

    @Test
    void choiceFollowsTheRules() throws Exception {
        assertThat(ask("GET", "/v2/")).isEqualTo(realm());
        server.anonymous = false;
        assertThat(ask("GET", "/v2/")).isEqualTo(BASIC);
        server.anonymous = true;
        assertThat(ask("GET", "/v2")).isEqualTo(realm());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /v2/team/a/tags/list                        | repository:team/a:pull",
                "HEAD   | /v2/team/a/manifests/latest                 | repository:team/a:pull",
                "PUT    | /v2/team/a/manifests/latest                 | repository:team/a:pull,push",
                "DELETE | /v2/team/a/manifests/latest                 | repository:team/a:delete",
                "POST   | /v2/team/a/blobs/uploads/                   | repository:team/a:pull,push",
                "POST   | /v2/team/a/blobs/uploads/?mount=" + DIGEST + "&from=b | repository:team/a:pull,push",
                "GET    | /v2/team/a/referrers/" + DIGEST + "         | repository:team/a:pull",
                "GET    | /v2/_catalog                                | registry:catalog:*",
            })
    void scopeIsWhatWasWanted(String method, String path, String scope) throws Exception {
        assertThat(ask(method, path)).isEqualTo(realm() + ",scope=\"" + scope + "\"");
    }

    @Test
    void tokenThatReachesTooLittleSaysSo() throws Exception {
        Optional<String> alice = Optional.of(basic("alice", "secret"));
        String pull = bearer(server.send("GET", "/auth/token?scope=repository:team/a:pull", alice));
        HttpResponse<String> response = server.send("PUT", "/v2/team/a/manifests/latest", Optional.of(pull));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response))
                .isEqualTo(realm() + ",scope=\"repository:team/a:pull,push\",error=\"insufficient_scope\"");
        assertThat(response.body()).contains("\"code\":\"UNAUTHORIZED\"");
    }

    @Test
    void tokenOfSomebodyWhoMayNotIsDenied() throws Exception {
        Optional<String> bob = Optional.of(basic("bob", "secret"));
        String token = bearer(server.send("GET", "/auth/token?scope=repository:team/a:pull", bob));
        assertThat(server.send("GET", "/v2/team/a/tags/list", Optional.of(token))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.send("GET", "/v2/", Optional.of(token)).statusCode()).isEqualTo(200);
    }

    @Test
    void anonymousPullsWhatIsOpenAndIsToldToLogInElsewhere() throws Exception {
        String token = bearer(
                server.send("GET", "/auth/token?scope=repository:public/a:pull&scope=repository:team/a:pull", NOBODY));
        assertThat(server.send("GET", "/v2/public/a/tags/list", Optional.of(token))
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> response = server.send("GET", "/v2/team/a/tags/list", Optional.of(token));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response)).endsWith(",error=\"insufficient_scope\"");
        server.anonymous = false;
        assertThat(server.send("GET", "/v2/public/a/tags/list", Optional.of(token))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void tokenThatIsNoneNamesTheScopeToFetchAnother() throws Exception {
        HttpResponse<String> response = server.send("GET", "/v2/team/a/tags/list", Optional.of("Bearer a.b.c"));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(challenge(response))
                .isEqualTo(realm() + ",scope=\"repository:team/a:pull\",error=\"invalid_token\"");
        response = server.send("GET", "/v2/UPPER/tags/list", Optional.of("Bearer a.b.c"));
        assertThat(challenge(response)).isEqualTo(realm() + ",error=\"invalid_token\"");
    }

    @Test
    void basicUnaskedIsGood() throws Exception {
        restart(AuthConfig.Challenge.BEARER, Optional.empty());
        Optional<String> alice = Optional.of(basic("alice", "secret"));
        assertThat(server.send("GET", "/v2/", alice).statusCode()).isEqualTo(200);
        HttpResponse<String> response = server.send("GET", "/v2/", Optional.of("Digest username=\"alice\""));
        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void realmIsTheConfiguredUrl() throws Exception {
        restart(AuthConfig.Challenge.AUTO, Optional.of(URI.create("https://registry.example.com:8443")));
        assertThat(ask("GET", "/v2/"))
                .isEqualTo("Bearer realm=\"https://registry.example.com:8443/auth/token\"" + SERVICE);
    }

    @Test
    void realmIsTheHostThatTheClientAsked() throws Exception {
        assertThat(realmOf("Host: r.example.com:5443\r\n")).isEqualTo("http://r.example.com:5443");
        assertThat(realmOf("Host: [::1]:5443\r\n")).isEqualTo("http://[::1]:5443");
    }

    @Test
    void withoutAHostItIsOurOwnAddress() throws Exception {
        assertThat(realmOf("Host: \r\n")).isEqualTo("http://127.0.0.1:" + server.port());
    }

    @Test
    void forwardedFieldsAreAProxysWord() throws Exception {
        String fields = "Host: inner:80\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outer.example.com\r\n";
        assertThat(realmOf(fields)).isEqualTo("http://inner:80");
        server.proxyTrusted = true;
        assertThat(realmOf(fields)).isEqualTo("https://outer.example.com");
        assertThat(realmOf("Host: inner\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: a/b\r\n"))
                .isEqualTo("http://inner");
    }

    /** Scheme and host of the realm. */
    private String realmOf(String fields) throws Exception {
        try (RawClient client = new RawClient(new Socket(InetAddress.getLoopbackAddress(), server.port()))) {
            client.send("GET /v2/ HTTP/1.1\r\n" + fields + "\r\n");
            String challenge = RawClient.header(client.readHead(), "WWW-Authenticate");
            String start = "Bearer realm=\"";
            assertThat(challenge).startsWith(start);
            return challenge.substring(start.length(), challenge.indexOf("/auth/token\""));
        }
    }
}
