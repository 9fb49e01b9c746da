package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Decision;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules in front of a registry that knows none: what they do not allow never gets there. */
class RulesGatewayTest {

    private final FakeUpstream registry = new FakeUpstream();

    /** Everything but what has to do with the repository {@code secret}, and so not with everything either. */
    private static final AccessPolicy NOT_THE_SECRET = (identity, access) -> {
        boolean secret = access instanceof Access.InRepository in
                && in.repository().value().equals("secret");
        return secret || access instanceof Access.Everywhere ? new Decision.Denied("rule 7") : new Decision.Allowed();
    };

    private UpstreamsServer server(AccessPolicy policy) throws Exception {
        return UpstreamsServer.before(UpstreamsServer.upstream(registry, "http://registry:5000"))
                .rules(policy);
    }

    @Test
    void catalogOfAnOnlyUpstreamIsFilteredForWhoMayNotSeeAllOfIt() throws Exception {
        try (UpstreamsServer server = server(NOT_THE_SECRET)) {
            assertThat(server.get("/v2/_catalog").body()).isEqualTo("{\"repositories\":[\"open\",\"zoo\"]}");

            HttpResponse<String> page = server.get("/v2/_catalog?n=1");
            assertThat(page.body()).isEqualTo("{\"repositories\":[\"open\"]}");
            assertThat(page.headers().firstValue("Link")).contains("</v2/_catalog?n=1&last=open>; rel=\"next\"");
            HttpResponse<String> last = server.get("/v2/_catalog?n=1&last=open");
            assertThat(last.body()).isEqualTo("{\"repositories\":[\"zoo\"]}");
            assertThat(last.headers().firstValue("Link")).isEmpty();
            assertThat(registry.lines()).isEmpty();
        }
    }

    @Test
    void catalogOfAnOnlyUpstreamGoesAsItComesToWhoMaySeeAll() throws Exception {
        try (UpstreamsServer server = server((identity, access) -> new Decision.Allowed())) {
            assertThat(server.get("/v2/_catalog?n=7").body()).isEqualTo("of the upstream");
            assertThat(registry.lines()).containsExactly("GET registry:5000 /v2/_catalog?n=7");
        }
    }

    @Test
    void rightToPullAllIsNoRightToSeeAll() throws Exception {
        AccessPolicy pullOnly =
                (identity, access) -> access instanceof Access.Everywhere all && all.action() == Action.LIST
                        ? new Decision.Denied("no list")
                        : new Decision.Allowed();
        try (UpstreamsServer server = server(pullOnly)) {
            server.get("/v2/_catalog");
            assertThat(registry.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/search?q=secret",
                "/v1/repositories/secret/images",
                "/v1/repositories/open/images",
                "/v2/secret",
                "/v2/secret/",
                "/v2/open/_extension/search",
                "/v2/_extension/search",
                "/v2/secret/blobs/uploads/a/b",
                "/v2/secret/tags/latest",
                "/v2/secret/tags/reference/latest",
            })
    void pathsOfNoKnownResourceTakeTheRightToEverything(String path) throws Exception {
        try (UpstreamsServer server = server(NOT_THE_SECRET)) {
            for (String method : new String[] {"GET", "POST", "PUT", "DELETE"}) {
                assertThat(server.send(method, path, "").statusCode())
                        .as(method)
                        .isEqualTo(403);
            }
            assertThat(registry.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/open/../secret/tags/list",
                "/v2/open/%2e%2e/secret/tags/list",
                "/v2/open%2F..%2Fsecret/tags/list",
                "/v2//secret/tags/list",
                "/v2/./secret/tags/list",
                "/v2/secret/tags/list/",
                "/v2/secret/tags/%6cist",
                "/v2/%73ecret/tags/list",
                "/v2/secret;x/tags/list",
                "/v2/Secret/tags/list",
                "/v2/secret/manifests/..",
                "/v2/open/manifests/a%2F..%2F..%2F..%2Fsecret",
                "/v1/../v2/secret/tags/list",
                "/v1/%2e%2e/v2/secret/tags/list",
                "/v1//v2/secret/tags/list",
            })
    void noSpellingOfAPathLeadsPastTheRules(String path) throws Exception {
        try (UpstreamsServer server = server(NOT_THE_SECRET)) {
            assertThat(server.get(path).statusCode()).isIn(400, 403, 404);
            assertThat(registry.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST,    /v2/",
        "DELETE,  /v2/",
        "OPTIONS, /v2/",
        "POST,    /v2/_catalog",
        "DELETE,  /v2/_catalog",
    })
    void pingAndCatalogAreOnlyRead(String method, String path) throws Exception {
        try (UpstreamsServer server = server((identity, access) -> new Decision.Allowed())) {
            HttpResponse<String> answer = server.send(method, path, "");
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
            assertThat(registry.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"DELETE, DELETE", "PUT, PUSH", "POST, PUSH", "PATCH, PUSH"})
    void listsTakeTheRightThatTheMethodSpeaksOf(String method, Action denied) throws Exception {
        AccessPolicy policy = (identity, access) -> access instanceof Access.InRepository in && in.action() == denied
                ? new Decision.Denied("rule 2")
                : new Decision.Allowed();
        try (UpstreamsServer server = server(policy)) {
            assertThat(server.send(method, "/v2/open/tags/list", "").statusCode())
                    .isEqualTo(403);
            assertThat(server.send(method, "/v2/open/referrers/sha256:" + "0".repeat(64), "")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(registry.lines()).isEmpty();
        }
    }

    @Test
    void openPathsOpenNothingBesideThem() throws Exception {
        FakeUpstream open = new FakeUpstream();
        try (UpstreamsServer server = new UpstreamsServer(
                        java.util.Optional.of(UpstreamsServer.upstream(open, "http://registry:5000")),
                        java.util.Map.of(),
                        "/v2/public/*")
                .rules((identity, access) -> new Decision.Denied("nothing"))) {
            assertThat(server.anonymously("GET", "/v2/public/x/tags/list").statusCode())
                    .isEqualTo(200);
            for (String path : new String[] {
                "/v2/public/../secret/tags/list",
                "/v2/public/%2e%2e/secret/tags/list",
                "/v2/public/..;/secret/tags/list",
                "/v2/public//../secret/tags/list",
                "/v2/publicity/tags/list",
                "/v2/secret/tags/list?/v2/public/",
            }) {
                assertThat(server.anonymously("GET", path).statusCode())
                        .as(path)
                        .isEqualTo(401);
            }
            assertThat(server.anonymously("PUT", "/v2/public/x/manifests/latest")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(server.anonymously("POST", "/v2/public/x/blobs/uploads/").statusCode())
                    .isEqualTo(401);
            assertThat(open.lines()).hasSize(1);
        }
    }
}
