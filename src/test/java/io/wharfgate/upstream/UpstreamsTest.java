package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upstream gets a request, and what of it. */
class UpstreamsTest {

    private static final String DIGEST = "sha256:" + "0".repeat(64);

    private final FakeUpstream standard = new FakeUpstream();
    private final FakeUpstream team = new FakeUpstream();

    private UpstreamsServer both(String... openPaths) throws Exception {
        return new UpstreamsServer(
                Optional.of(UpstreamsServer.upstream(standard, "http://one:5000/base")),
                Map.of("team", UpstreamsServer.upstream(team, "http://two:5000")),
                openPaths);
    }

    private UpstreamsServer teamOnly() throws Exception {
        return new UpstreamsServer(Optional.empty(), Map.of("team", UpstreamsServer.upstream(team, "http://two:5000")));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/team/app/tags/list, two",
        "/v2/team/tags/list, two",
        "/v2/teams/tags/list, one",
        "/v2/a/team/tags/list, one",
        "/v2/team/app/extension, two",
        "/v2/, one",
        "/v1/team/app, one",
    })
    void prefixOfTheNameChooses(String path, String chosen) throws Exception {
        try (UpstreamsServer server = both()) {
            assertThat(server.get(path).statusCode()).isEqualTo(200);
        }
        assertThat(standard.requests).hasSize(chosen.equals("one") ? 1 : 0);
        assertThat(team.requests).hasSize(chosen.equals("two") ? 1 : 0);
    }

    @Test
    void pathAndQueryGoAsTheyCame() throws Exception {
        try (UpstreamsServer server = both()) {
            server.get("/v2/a/manifests/sha256%3A" + "0".repeat(64) + "?b=%2F&a=+%41&a=");
        }
        assertThat(standard.lines())
                .containsExactly("GET one:5000 /base/v2/a/manifests/sha256%3A" + "0".repeat(64) + "?b=%2F&a=+%41&a=");
        assertThat(standard.field("Authorization")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/a%2Fb/tags/list", "/v2/a/../b/tags/list", "/v2/a//b", "/v2/a/b;c", "/v1/a/../../v2/b"})
    void pathsThatHaveTwoReadingsGoNowhere(String path) throws Exception {
        try (UpstreamsServer server = both()) {
            assertThat(server.get(path).statusCode()).isEqualTo(400);
        }
        assertThat(standard.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "BREW", "MERGE"})
    void methodsThatNoRegistryKnowsGoNowhere(String method) throws Exception {
        try (UpstreamsServer server = both()) {
            HttpResponse<String> answer = server.send(method, "/v2/a/manifests/latest", "");
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow"))
                    .hasValueSatisfying(allow -> assertThat(allow).contains("GET", "PATCH", "OPTIONS"));
        }
        assertThat(standard.requests).isEmpty();
    }

    @Test
    void namesWithoutUpstreamAreUnknown() throws Exception {
        try (UpstreamsServer server = teamOnly()) {
            HttpResponse<String> answer = server.get("/v2/other/tags/list");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("NAME_UNKNOWN");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /v2/, 200", "POST, /v2/, 405", "GET, /_ping, 200", "GET, /v1/_ping, 200", "GET, /open, 404"})
    void whatHasNoUpstreamIsAnsweredHere(String method, String path, int status) throws Exception {
        try (UpstreamsServer server = new UpstreamsServer(
                Optional.empty(), Map.of("team", UpstreamsServer.upstream(team, "http://two:5000")), "/open")) {
            HttpResponse<String> answer = server.send(method, path, "");
            assertThat(answer.statusCode()).isEqualTo(status);
            if (status == 200) {
                assertThat(answer.body()).isEqualTo("{}");
            }
        }
        assertThat(team.requests).isEmpty();
    }

    @Test
    void pingWithoutUpstreamIsForUsers() throws Exception {
        try (UpstreamsServer server = teamOnly()) {
            assertThat(server.anonymously("GET", "/v2/").statusCode()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mount=D&from=a,                     mount=D&from=a",
        "x=%20y&from=a&mount=D&z,            x=%20y&from=a&mount=D&z",
        "mount=D&from=secret,                ''",
        "x=%20y&from=secret&mount=D&z,       x=%20y&z",
        "%6dount=D&fr%6Fm=secret&x=1,        x=1",
        "mount=D&from=team/app&digest=,      digest=",
        "mount=D,                            ''",
        "mount=D&from=NO,                    ''",
        "digest=D,                           digest=D",
    })
    void mountNeedsASourceThatTheUserMayRead(String query, String sent) throws Exception {
        try (UpstreamsServer server = both()) {
            server.send("POST", "/v2/b/blobs/uploads/?" + query.replace("D", DIGEST), "");
        }
        assertThat(standard.lines())
                .containsExactly("POST one:5000 /base/v2/b/blobs/uploads/"
                        + (sent.isEmpty() ? "" : "?" + sent.replace("D", DIGEST)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=1;from=secret;mount=D", "from=a&from=secret&mount=D", "mount=D&from=a;from=secret"})
    void mountWithTwoReadingsIsRefused(String query) throws Exception {
        try (UpstreamsServer server = both()) {
            HttpResponse<String> answer = server.send("POST", "/v2/b/blobs/uploads/?" + query.replace("D", DIGEST), "");
            assertThat(answer.statusCode()).isEqualTo(400);
        }
        assertThat(standard.requests).isEmpty();
    }

    /** CNCF distribution takes mount and from out of a form as well. */
    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded, application/octet-stream",
        "Application/X-WWW-Form-Urlencoded; charset=utf-8, application/octet-stream",
        "multipart/form-data; boundary=x, application/octet-stream",
        "application/vnd.oci.image.layer.v1.tar, application/vnd.oci.image.layer.v1.tar",
    })
    void bodyThatBeginsAnUploadIsNoForm(String type, String sent) throws Exception {
        try (UpstreamsServer server = both()) {
            server.send("POST", "/v2/b/blobs/uploads/", "mount=" + DIGEST + "&from=secret", "Content-Type", type);
        }
        assertThat(standard.field("Content-Type")).contains(sent);
    }

    @ParameterizedTest
    @CsvSource({
        "/_ping, GET",
        "/v1/_ping, HEAD",
        "/token, GET",
        "/static/a/b, GET",
        "/static/, GET",
        "/v2/open/tags/list, GET",
    })
    void openPathsGoToTheStandardUpstream(String path, String method) throws Exception {
        try (UpstreamsServer server = both("/token", "/static/*", "/v2/open/*")) {
            assertThat(server.anonymously(method, path).statusCode()).isEqualTo(200);
        }
        assertThat(standard.lines()).containsExactly(method + " one:5000 /base" + path);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /token/, 404",
        "GET, /tokens, 404",
        "POST, /token, 405",
        "PUT, /_ping, 405",
        "DELETE, /v1/_ping, 405",
        "GET, /static/../v2/, 404",
        "GET, /static//x, 404",
        "GET, /static/%2e%2e/v2/, 404",
        "GET, /static/a%2Fb, 404",
        "GET, /v2/open/../a/tags/list, 401",
        "DELETE, /v2/open/manifests/latest, 401",
        "GET, /v1/search, 401",
    })
    void otherPathsAreNotOpen(String method, String path, int status) throws Exception {
        try (UpstreamsServer server = both("/token", "/static/*", "/v2/open/*")) {
            assertThat(server.anonymously(method, path).statusCode()).isEqualTo(status);
        }
        assertThat(standard.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/a/tags/list", "/_ping"})
    void gatewayThatIsItsOwnUpstreamSaysSo(String path) throws Exception {
        try (UpstreamsServer server = both()) {
            HttpResponse<String> answer = server.get(path, "Via", "1.1 other, 1.1 " + UpstreamsServer.ID);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("own upstream");
        }
        assertThat(standard.requests).isEmpty();
    }

    @Test
    void readyAsLongAsAnUpstreamIs() throws Exception {
        Upstream one = UpstreamsServer.upstream(standard, "http://one:5000");
        Upstream two = UpstreamsServer.upstream(team, "http://two:5000");
        try (UpstreamsServer server = new UpstreamsServer(Optional.of(one), Map.of("team", two))) {
            one.addresses().dead(one.addresses().all().get(0), "refused");
            server.upstreams.check();
            two.addresses().dead(two.addresses().all().get(0), "no route");
            assertThatThrownBy(server.upstreams::check)
                    .hasMessageContaining("refused")
                    .hasMessageContaining("no route");
        }
        assertThat(standard.closed()).isTrue();
        assertThat(team.closed()).isTrue();
    }
}
