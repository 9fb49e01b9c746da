package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.upstream.Attempt.Failure.Kind;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts: when there is another one, and what the client is told when there is none. */
class ForwardingTest {

    private static final String TAGS = "/v2/a/tags/list";
    private static final String BLOB = "/v2/a/blobs/sha256:" + "0".repeat(64);

    private final FakeUpstream upstream = new FakeUpstream();
    private final FakeUpstream storage = new FakeUpstream();

    private HttpResponse<String> get(Upstream behind, String path, String... fields) throws Exception {
        try (UpstreamsServer server = UpstreamsServer.before(behind)) {
            return server.get(path, fields);
        }
    }

    private Upstream plain(String... addresses) {
        return UpstreamsServer.upstream(upstream, addresses);
    }

    private static void assertTold(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body())
                .contains("\"code\":\"UNAVAILABLE\"")
                .contains("\"requestId\":\""
                        + answer.headers().firstValue("X-Request-Id").orElseThrow())
                .doesNotContain("secret cause", "one:5000");
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT, 502",
        "CONNECT_TIMEOUT, 504",
        "POOL_EXHAUSTED, 503",
        "BROKEN, 502",
        "READ_TIMEOUT, 504",
    })
    void failureIsToldAsJsonWithTheRequestId(Kind kind, int status) throws Exception {
        upstream.fail(kind);
        HttpResponse<String> answer = get(plain("http://one:5000"), TAGS);
        assertTold(answer, status);
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        assertThat(answer.headers().allValues("Docker-Distribution-Api-Version"))
                .containsExactly("registry/2.0");
        assertThat(upstream.requests).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONNECT", "CONNECT_TIMEOUT"})
    void addressWithoutConnectionIsPassedOver(Kind kind) throws Exception {
        upstream.fail(kind);
        Upstream behind = plain("http://one:5000", "http://two:5000");
        assertThat(get(behind, TAGS).statusCode()).isEqualTo(200);
        assertThat(upstream.lines()).containsExactly("GET one:5000 " + TAGS, "GET two:5000 " + TAGS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"POOL_EXHAUSTED", "BROKEN", "READ_TIMEOUT"})
    void otherFailuresAreNotTakenElsewhere(Kind kind) throws Exception {
        upstream.fail(kind);
        assertThat(get(plain("http://one:5000", "http://two:5000"), TAGS).statusCode())
                .isGreaterThanOrEqualTo(502);
        assertThat(upstream.requests).hasSize(1);
    }

    @Test
    void everyAddressIsTriedOnce() throws Exception {
        upstream.fail(Kind.CONNECT).fail(Kind.CONNECT).fail(Kind.CONNECT);
        assertTold(get(plain("http://one:5000", "http://two:5000", "http://three:5000"), TAGS), 502);
        assertThat(upstream.requests).hasSize(3);
    }

    @Test
    void requestOnAStaleConnectionIsSentOnceMore() throws Exception {
        upstream.then(FakeUpstream.failing(Kind.BROKEN, false, true));
        assertThat(get(plain("http://one:5000"), TAGS).statusCode()).isEqualTo(200);
        assertThat(upstream.requests).hasSize(2);
    }

    @Test
    void staleConnectionsAreMetOnlyOnce() throws Exception {
        upstream.then(FakeUpstream.failing(Kind.BROKEN, false, true))
                .then(FakeUpstream.failing(Kind.BROKEN, false, true));
        assertTold(get(plain("http://one:5000"), TAGS), 502);
        assertThat(upstream.requests).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothingIsSentTwiceOnceItsBodyHasBegun(Kind kind) throws Exception {
        upstream.then(FakeUpstream.failing(kind, true, true));
        try (UpstreamsServer server = UpstreamsServer.before(plain("http://one:5000", "http://two:5000"))) {
            assertThat(server.send("PUT", "/v2/a/manifests/latest", "{}").statusCode())
                    .isGreaterThanOrEqualTo(502);
        }
        assertThat(upstream.requests).hasSize(1);
    }

    @Test
    void upstreamThatChecksFoundUnwellIsTriedNevertheless() throws Exception {
        Upstream behind = plain("http://one:5000", "http://two:5000");
        behind.addresses().all().forEach(address -> behind.addresses().checkFailed(address, "answers 500"));
        assertThat(get(behind, TAGS).statusCode()).isEqualTo(200);
    }

    @Test
    void upstreamThatOnlyRequestsFoundDeadIsTriedAgain() throws Exception {
        Upstream behind = plain("http://one:5000");
        behind.addresses().dead(behind.addresses().all().get(0), "refused");
        assertThat(get(behind, TAGS).statusCode()).isEqualTo(200);
    }

    @Test
    void challengeIsTheGatewaysOwn() throws Exception {
        upstream.answer(401, "WWW-Authenticate: Bearer realm=\"https://elsewhere/token\"");
        HttpResponse<String> answer = get(plain("http://one:5000"), TAGS);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("of the upstream");
        assertThat(answer.headers().allValues("WWW-Authenticate")).containsExactly(UpstreamsServer.CHALLENGE);
    }

    @Test
    void apiVersionIsThereOnce() throws Exception {
        upstream.answer(200, "Docker-Distribution-Api-Version: registry/2.0", "docker-distribution-api-version: x");
        assertThat(get(plain("http://one:5000"), TAGS).headers().allValues("Docker-Distribution-Api-Version"))
                .containsExactly("registry/2.0");
    }

    /** Tokens that come late, on another thread, and are renewed as often as told. */
    private static final class Login implements UpstreamAuthorization {

        final Queue<String> refused = new ConcurrentLinkedQueue<>();
        private final boolean renewable;
        private int number;

        Login(boolean renewable) {
            this.renewable = renewable;
        }

        @Override
        public CompletionStage<Optional<String>> of(List<String> scopes) {
            return CompletableFuture.supplyAsync(
                    () -> Optional.of("Bearer " + ++number + " " + String.join(" ", scopes)));
        }

        @Override
        public CompletionStage<Boolean> refused(List<String> scopes, Optional<String> value, List<String> challenges) {
            refused.add(value.orElse("none") + " " + challenges);
            return CompletableFuture.supplyAsync(() -> renewable);
        }
    }

    private Upstream with(UpstreamAuthorization login) {
        return UpstreamsServer.upstream(upstream, Optional.of(login), Optional.empty(), "http://one:5000");
    }

    @Test
    void upstreamSeesTheGatewaysCredentials() throws Exception {
        assertThat(get(with(new Login(true)), TAGS).statusCode()).isEqualTo(200);
        assertThat(upstream.field("Authorization")).contains("Bearer 1 repository:a:pull");
    }

    @Test
    void refusedCredentialsAreRenewedOnce() throws Exception {
        upstream.answer(401, "WWW-Authenticate: Bearer realm=\"r\"");
        Login login = new Login(true);
        assertThat(get(with(login), TAGS).statusCode()).isEqualTo(200);
        assertThat(login.refused).containsExactly("Bearer 1 repository:a:pull [Bearer realm=\"r\"]");
        assertThat(upstream.requests).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 1"})
    void credentialsThatAreRefusedAreTheGatewaysTrouble(boolean renewable, int requests) throws Exception {
        upstream.answer(401).answer(401).answer(401);
        HttpResponse<String> answer = get(with(new Login(renewable)), TAGS);
        assertTold(answer, 502);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(upstream.requests).hasSize(requests);
    }

    @Test
    void bodyThatHasBegunIsNotSentWithNewCredentials() throws Exception {
        upstream.then(FakeUpstream.answering(401, true));
        Login login = new Login(true);
        try (UpstreamsServer server = UpstreamsServer.before(with(login))) {
            assertTold(server.send("PUT", "/v2/a/manifests/latest", "{}"), 502);
        }
        assertThat(upstream.requests).hasSize(1);
        assertThat(login.refused).as("the next request is to have new ones").hasSize(1);
    }

    @Test
    void credentialsThatCannotBeHadAreTheGatewaysTrouble() throws Exception {
        UpstreamAuthorization broken = new UpstreamAuthorization() {
            @Override
            public CompletionStage<Optional<String>> of(List<String> scopes) {
                return CompletableFuture.failedStage(new IllegalStateException("secret cause"));
            }

            @Override
            public CompletionStage<Boolean> refused(List<String> s, Optional<String> value, List<String> challenges) {
                return CompletableFuture.completedStage(false);
            }
        };
        assertTold(get(with(broken), TAGS), 502);
        assertThat(upstream.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 405})
    void pingIsAnsweredForAnUpstreamThatKnowsNone(int status) throws Exception {
        upstream.answer(status);
        HttpResponse<String> answer = get(plain("http://one:5000"), "/_ping");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 500, 503})
    void otherAnswersToAPingAreTheUpstreams(int status) throws Exception {
        upstream.answer(status);
        assertThat(get(plain("http://one:5000"), "/v1/_ping").statusCode()).isEqualTo(status);
    }

    @Test
    void pingOfADeadUpstreamIsAnError() throws Exception {
        upstream.fail(Kind.CONNECT);
        assertTold(get(plain("http://one:5000"), "/_ping"), 502);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,  /v2/a/blobs/uploads/,     202, true",
        "PATCH, /v2/a/blobs/uploads/u,    202, true",
        "GET,   /v2/a/blobs/uploads/u,    204, true",
        "PATCH, /v2/a/blobs/uploads/u,    416, true",
        "POST,  /v2/a/blobs/upload/u,     202, true",
        "PUT,   /v2/a/blobs/uploads/u,    201, false",
        "POST,  /v2/a/blobs/uploads/,     201, false",
        "PUT,   /v2/a/manifests/latest,   201, false",
    })
    void uploadComesBackToWhereItBegan(String method, String path, int status, boolean marked) throws Exception {
        upstream.answer(200).answer(status, "Location: http://two:5000/v2/a/blobs/uploads/u?_state=x%3D");
        Upstream behind = plain("http://one:5000", "http://two:5000");
        try (UpstreamsServer server = UpstreamsServer.before(behind)) {
            server.get(TAGS);
            String location = server.send(method, path, "")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            String mark = behind.addresses().all().get(1).mark();
            assertThat(location).isEqualTo("/v2/a/blobs/uploads/u?_state=x%3D" + (marked ? "&_wharfgate=" + mark : ""));
            server.send("PATCH", location, "x");
            server.send("PATCH", location, "x");
        }
        assertThat(upstream.lines().get(3)).endsWith("/v2/a/blobs/uploads/u?_state=x%3D");
        if (marked) {
            assertThat(upstream.lines().subList(2, 4)).allMatch(line -> line.startsWith("PATCH two:5000 "));
        }
    }

    private Upstream following() {
        return UpstreamsServer.upstream(
                upstream, Optional.of(new Login(true)), Optional.of(storage), "http://one:5000");
    }

    @Test
    void redirectToStorageIsFollowedWithNothingOfOurs() throws Exception {
        upstream.answer(307, "Location: https://s3.example.com/bucket/a%2Fb?X-Amz-Signature=x%2By&e=1");
        HttpResponse<String> answer = get(following(), BLOB, "Range", "bytes=0-9", "Cookie", "a=b", "X-Any", "thing");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(storage.lines()).containsExactly("GET s3.example.com:443 /bucket/a%2Fb?X-Amz-Signature=x%2By&e=1");
        assertThat(Upstreamed.lines(storage.requests.element().fields()))
                .containsExactlyInAnyOrder("Host: s3.example.com", "Range: bytes=0-9");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  https://[2001:db8::1]:9000/x,  [2001:db8::1]:9000",
        "HEAD, http://s3.example.com:80/x,    s3.example.com",
        "GET,  //cdn.example.com/x,           cdn.example.com",
    })
    void hostOfTheStorageIsItsOwn(String method, String location, String host) throws Exception {
        upstream.answer(302, "Location: " + location.replace("//cdn", "http://cdn"));
        try (UpstreamsServer server = UpstreamsServer.before(following())) {
            assertThat(server.send(method, BLOB, "").statusCode()).isEqualTo(200);
        }
        assertThat(storage.field("Host")).contains(host);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  307, http://one:5000/v2/b,    /v2/b",
        "GET,  307, /v2/b,                   /v2/b",
        "GET,  307, ftp://x.example.com/b,   ftp://x.example.com/b",
        "PUT,  307, https://x.example.com/b, https://x.example.com/b",
        "GET,  300, https://x.example.com/b, https://x.example.com/b",
    })
    void otherRedirectsAreTheClients(String method, int status, String location, String told) throws Exception {
        upstream.answer(status, "Location: " + location);
        try (UpstreamsServer server = UpstreamsServer.before(following())) {
            HttpResponse<String> answer = server.send(method, "/v2/a/manifests/latest", "");
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Location")).contains(told);
        }
        assertThat(storage.requests).isEmpty();
    }

    @Test
    void redirectIsTheClientsWhenNoneIsFollowed() throws Exception {
        upstream.answer(307, "Location: https://s3.example.com/x");
        HttpResponse<String> answer = get(plain("http://one:5000"), BLOB);
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).contains("https://s3.example.com/x");
    }

    @Test
    void redirectsEndAtTheFifth() throws Exception {
        upstream.answer(307, "Location: https://s0.example.com/x");
        for (int i = 1; i < 10; i++) {
            storage.answer(307, "Location: https://s" + i + ".example.com/x");
        }
        assertTold(get(following(), BLOB), 502);
        assertThat(storage.requests).hasSize(5);
    }

    @Test
    void storageThatWantsALoginIsTheGatewaysTrouble() throws Exception {
        upstream.answer(307, "Location: https://s3.example.com/x");
        storage.answer(401, "WWW-Authenticate: Basic realm=\"s3\"");
        assertTold(get(following(), BLOB), 502);
    }

    @Test
    void storageThatFailsIsTold() throws Exception {
        upstream.answer(307, "Location: https://s3.example.com/x");
        storage.fail(Kind.READ_TIMEOUT);
        assertTold(get(following(), BLOB), 504);
    }
}
