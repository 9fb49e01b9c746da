package io.wharfgate.upstream;

import static io.wharfgate.upstream.Upstreamed.fields;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFieldsTest {

    private static final UpstreamRequest REQUEST = request("/v2/a/blobs/uploads/");

    private final AnswerFields answers =
            new AnswerFields(Upstreamed.registry(Upstreamed.PLAIN, "http://r1:5000", "http://r2:5000"));

    @Test
    void whatIsTheConnectionsStaysThere() {
        assertThat(said(
                        200,
                        "Content-Type: application/json",
                        "Connection: close, X-Private",
                        "X-Private: 1",
                        "Keep-Alive: timeout=5",
                        "Transfer-Encoding: chunked",
                        "Trailer: X",
                        "Upgrade: h2c",
                        "Proxy-Authenticate: Basic",
                        "Alt-Svc: h3=\":443\"",
                        "X-Request-Id: theirs",
                        "WWW-Authenticate: Bearer realm=\"https://evil/\"",
                        "Authentication-Info: x",
                        "Docker-Distribution-Api-Version: registry/2.0",
                        "docker_distribution_api_version: registry/2.0",
                        "Content-Length: 3",
                        "Content-Encoding: gzip",
                        "ETag: \"a\"",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2"))
                .containsExactly(
                        "Content-Type: application/json",
                        "Content-Length: 3",
                        "Content-Encoding: gzip",
                        "ETag: \"a\"",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2");
    }

    @Test
    void apiVersionIsTheRegistrysElsewhere() {
        List<Header> fields = fields("Docker-Distribution-Api-Version: registry/2.0");
        assertThat(answers.of(200, fields, request("/_ping"))).hasSize(1);
        assertThat(answers.of(200, fields, request("/v2?x"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "202, http://r1:5000/v2/a/blobs/uploads/1?_state=a%3D, /v2/a/blobs/uploads/1?_state=a%3D",
        "202, https://r2:5000/v2/x,                /v2/x",
        "201, https://named.by.itself/v2/x,        /v2/x",
        "416, https://named.by.itself/v2/x,        /v2/x",
        "307, https://hub.example.com:5443/v2/x,   /v2/x",
        "307, https://outside.example/v2/x,        /v2/x",
        "307, http://r2:5000/v2/x,                 /v2/x",
        "307, https://s3.example/b?X-Sig=%2F,      https://s3.example/b?X-Sig=%2F",
        "301, /v2/,                                /v2/",
    })
    void locationIsAPathOfOurs(int status, String location, String told) {
        assertThat(said(status, "Location: " + location)).containsExactly("Location: " + told);
    }

    @ParameterizedTest
    @CsvSource({
        "'<http://r1:5000/v2/_catalog?last=a&n=1>; rel=\"next\"', '</v2/_catalog?last=a&n=1>; rel=\"next\"'",
        "'</v2/_catalog?last=a>; rel=next, <http://s3/x>; title=\"<a\\\"b>\"',"
                + "'</v2/_catalog?last=a>; rel=next, <http://s3/x>; title=\"<a\\\"b>\"'",
        "'<http://r1:5000/a>,<https://r2:5000/b>;x', '</a>,</b>;x'",
        "'no link < at \"all', 'no link < at \"all'",
    })
    void pagingStaysHere(String link, String told) {
        assertThat(said(200, "Link: " + link)).containsExactly("Link: " + told);
    }

    @Test
    void contentLocationStaysHere() {
        assertThat(said(200, "Content-Location: http://r1:5000/v2/a/manifests/b"))
                .containsExactly("Content-Location: /v2/a/manifests/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Location", "Link", "Content-Location", "X-Any"})
    void lineEndsNeverPass(String name) {
        for (String value : List.of("/a\r\nX: y", "</a\nb>", "/a\u010dX", "a\u0000")) {
            assertThat(answers.of(200, List.of(new BasicHeader(name, value)), REQUEST))
                    .isEmpty();
        }
        assertThat(answers.of(200, List.of(new BasicHeader(name + "\r\nX", "a")), REQUEST))
                .isEmpty();
    }

    @Test
    void basePathIsTakenOff() {
        AnswerFields based = new AnswerFields(Upstreamed.registry(Upstreamed.PLAIN, "http://r1:5000/registry/"));
        assertThat(Upstreamed.lines(based.of(
                        202,
                        fields(
                                "Location: http://r1:5000/registry/v2/a",
                                "Docker-Distribution-Api-Version: registry/2.0"),
                        request("/registry/v2/a"))))
                .containsExactly("Location: /v2/a");
    }

    @Test
    void rulesComeLast() {
        AnswerFields ruled = new AnswerFields(Upstreamed.registry(
                Upstreamed.headers(
                        UpstreamConfig.Rules.NONE,
                        Upstreamed.rules(
                                List.of("SERVER", "Content-Length"),
                                Map.of("X-Frame-Options", "DENY", "Transfer-Encoding", "gzip"),
                                Map.of("Vary", "Origin", "X-Bad", "a\r\nb"))),
                "http://r1:5000"));
        assertThat(Upstreamed.lines(ruled.of(
                        200,
                        fields("Server: nginx", "Content-Length: 3", "x_frame_options: SAMEORIGIN", "Vary: Accept"),
                        REQUEST)))
                .containsExactly("Content-Length: 3", "Vary: Accept", "X-Frame-Options: DENY", "Vary: Origin");
    }

    private List<String> said(int status, String... fields) {
        return Upstreamed.lines(answers.of(status, fields(fields), REQUEST));
    }

    private static UpstreamRequest request(String target) {
        return new UpstreamRequest(
                new HttpHost("http", "r1", 5000),
                "POST",
                target,
                fields("Host: hub.example.com:5443", "X-Forwarded-Host: outside.example"));
    }
}
