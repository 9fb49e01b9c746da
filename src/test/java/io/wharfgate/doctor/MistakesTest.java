package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.doctor.Meddler.Meddling;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake that a proxy can make in front of a real registry, one at a time, and what is said of it. */
class MistakesTest {

    private static final String PAGE = "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: 6\r\n%s\r\n<html>";
    private static final String MANIFESTS_GET = "GET /v2/wharfgate-doctor/scratch/manifests/";
    private static final String BLOBS_GET = "GET /v2/wharfgate-doctor/scratch/blobs/";
    private static final Meddling NONE = Meddling.none();

    @TempDir
    static Path directory;

    private static RunningService service;

    @BeforeAll
    static void start() throws Exception {
        service = RunningService.Setup.in(directory).plain().start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Examination examine(Meddling meddling) throws IOException {
        try (Meddler meddler = new Meddler(service.uri().getPort(), meddling)) {
            return Examination.of(Examination.options(meddler.target()));
        }
    }

    private static String page(String status) {
        return PAGE.formatted(status, "");
    }

    private static Meddling without(String field) {
        return NONE.back((request, head) -> head.replaceAll("(?im)^" + field + ":.*\r\n", ""));
    }

    private static Meddling with(String request, String field, String value) {
        return NONE.back((asked, head) -> asked.startsWith(request)
                ? head.replaceAll("(?im)^" + field + ":.*\r\n", "")
                        .replaceFirst("\r\n", "\r\n" + field + ": " + value + "\r\n")
                : head);
    }

    private static Meddling location(String beginning) {
        return NONE.back((request, head) -> head.replace("Location: /v2/", "Location: " + beginning + "/v2/"));
    }

    private static Meddling onward(String field) {
        return NONE.onward(head -> head.replaceAll("(?im)^" + field + ":.*\r\n", ""));
    }

    private static Meddling answeringIf(String line, String part, String answer) {
        return NONE.answeringIf(
                head -> head.startsWith(line) && head.toLowerCase(Locale.ROOT).contains(part)
                        ? Optional.of(answer)
                        : Optional.empty());
    }

    private static final String ORIGIN = "http://localhost:";

    /** The examination ends there. */
    static Stream<Arguments> failuresThatEndIt() {
        return Stream.of(
                Arguments.of("challenge", Advice.BACKEND, NONE.answering("GET /v2/ ", page("502 Bad Gateway"))),
                Arguments.of("challenge", Advice.NOT_A_REGISTRY, NONE.answering("GET /v2/ ", page("404 Not Found"))),
                Arguments.of("challenge", Advice.NOT_A_REGISTRY, NONE.answering("GET /v2/ ", page("200 OK"))),
                Arguments.of(
                        "challenge",
                        Advice.USE_HTTPS,
                        NONE.answering(
                                "GET /v2/ ", PAGE.formatted("301 Moved", "Location: https://localhost/v2/\r\n"))),
                Arguments.of("challenge", Advice.CHALLENGE, NONE.answering("GET /v2/ ", page("401 Unauthorized"))),
                Arguments.of(
                        "challenge",
                        Advice.CHALLENGE,
                        NONE.back((request, head) ->
                                head.replaceFirst("\r\n", "\r\nWWW-Authenticate: Basic realm=\"proxy\"\r\n"))),
                Arguments.of("challenge", Advice.CHALLENGE, with("GET /v2/ ", "WWW-Authenticate", "Negotiate")),
                Arguments.of(
                        "challenge",
                        Advice.CHALLENGE,
                        with("GET /v2/ ", "WWW-Authenticate", "Basic realm=\"x\", Bearer realm=\"y\"")),
                Arguments.of("login", Advice.LOGIN, onward("authorization")),
                Arguments.of("upload-start", Advice.UPLOAD, answeringIf("POST", "authorization", page("500 Oops"))));
    }

    @ParameterizedTest
    @MethodSource("failuresThatEndIt")
    void isFoundAndEndsIt(String check, Advice advice, Meddling meddling) throws Exception {
        Examination examination = examine(meddling).failed(check, advice).skipped("manifest-pull");
        assertThat(examination.report().healthy()).isFalse();
    }

    /** What is said of one check does not depend on what others find, so several mistakes are made at once. */
    @Test
    void mistakesInUploadsAreFoundAndExplained() throws Exception {
        examine(location("http://registry.internal:5000")
                        .and(with("GET /v2/ ", "Date", "Thu, 01 Jan 2015 00:00:00 GMT"))
                        .and(answeringIf("PUT", "content-length: 1310720", page("413 Too Large")))
                        .and(answeringIf("PUT", "content-length: 2359296", page("413 Too Large")))
                        .and(answeringIf("PATCH", "transfer-encoding", page("411 Length Required")))
                        .and(answeringIf("PATCH", "content-range", page("405 Not Allowed")))
                        .and(answeringIf("PATCH", "content-length: 8388608", page("404 No")))
                        .and(answeringIf("PUT", "expect:", page("417 No")))
                        .and(answeringIf("GET /v2/ ", "xxxxxxxxxx", page("400 Too Large")))
                        .and(NONE.onward(head -> head.replaceFirst("&from=[^ ]*", "&from=a%252Fb")))
                        .and(NONE.answering(MANIFESTS_GET + "wharfgate-doctor", page("404 No")))
                        .and(with(
                                "GET /v2/_catalog", "Link", "<http://registry.internal/v2/_catalog?n=1>; rel=\"next\""))
                        .and(NONE.answering("DELETE", page("405 Not Allowed"))))
                .failed("location", Advice.FORWARDED_HOST)
                .failed("clock", Advice.CLOCK)
                .failed("body-over-1-mib", Advice.BODY_LIMIT)
                .failed("body-over-2-mib", Advice.BODY_LIMIT)
                .failed("chunked-body", Advice.CHUNKED)
                .failed("patch-chunks", Advice.PATCH)
                .failed("early-answer", Advice.OPEN_BELOW)
                .failed("expect-continue", Advice.EXPECT)
                .failed("large-header", Advice.LARGE_HEADER)
                .failed("mount", Advice.QUERY)
                .failed("errors", Advice.ERROR_PAGES)
                .failed("catalog", Advice.FORWARDED_HOST)
                .failed("delete", Advice.DELETE);
    }

    @Test
    void mistakesInHeadersAreFoundAndExplained() throws Exception {
        examine(location("https://localhost")
                        .and(NONE.answeringIf(head -> head.startsWith("POST") && !head.contains("Authorization")
                                ? Optional.of("HTTP/1.1 202 Accepted\r\nLocation: /v2/x\r\nContent-Length: 0\r\n\r\n")
                                : Optional.empty()))
                        .and(with(MANIFESTS_GET, "Content-Type", "application/json"))
                        .and(without("Docker-Content-Digest"))
                        .and(without("ETag"))
                        .and(without("Docker-Distribution-Api-Version"))
                        .and(NONE.back((request, head) ->
                                request.startsWith("HEAD") ? head.replaceAll("(?im)^content-length:.*\r\n", "") : head))
                        .and(with(BLOBS_GET, "Content-Range", "bytes 0-1/2"))
                        .and(with("GET /v2/ ", "Connection", "close")))
                .failed("location", Advice.FORWARDED_PROTO)
                .failed("challenge-below", Advice.OPEN_BELOW)
                .failed("manifest-pull", Advice.MEDIA_TYPE)
                .failed("digest-field", Advice.DIGEST_FIELD)
                .warned("if-none-match", Advice.CONDITIONAL)
                .warned("api-version", Advice.API_VERSION)
                .failed("manifest-head", Advice.HEAD)
                .failed("blob-head", Advice.HEAD)
                .failed("range", Advice.RANGE)
                .warned("keep-alive", Advice.KEEP_ALIVE);
    }

    @Test
    void mistakesInBodiesAreFoundAndExplained() throws Exception {
        examine(location("http://localhost")
                        .and(with(MANIFESTS_GET, "Content-Encoding", "gzip"))
                        .and(with(BLOBS_GET, "Content-Encoding", "gzip"))
                        .and(NONE.answering("HEAD", "HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n"))
                        .and(onward("range")))
                .failed("location", Advice.FORWARDED_HOST)
                .failed("manifest-pull", Advice.COMPRESSION)
                .failed("blob-pull", Advice.COMPRESSION)
                .failed("manifest-head", Advice.HEAD)
                .failed("range", Advice.RANGE);
    }

    @Test
    void otherBytesAreFoundAndExplained() throws Exception {
        examine(location("/registry")
                        .and(NONE.answering(
                                MANIFESTS_GET + "check",
                                "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n"
                                        + "Content-Length: 2\r\n\r\n{}"))
                        .and(onward("if-none-match")))
                .failed("location", Advice.PATH_PREFIX)
                .failed("manifest-pull", Advice.BODY_CHANGED)
                .warned("if-none-match", Advice.CONDITIONAL);
    }

    @Test
    void aProxyThatKeepsBodiesIsToldByTheMissingAnswer() throws Exception {
        examine(NONE.buffering()).ok("chunked-body").warned("request-buffering", Advice.BUFFERING);
    }

    @Test
    void nothingIsLeftBehindWhenChecksFail() throws Exception {
        Examination examination = examine(answeringIf("PATCH", "", page("405 Not Allowed")));
        examination.failed("chunked-body", Advice.CHUNKED).ok("delete");
        assertThat(examination.report().left()).isEmpty();
    }

    @Test
    void whatCannotBeDeletedIsNamed() throws Exception {
        Examination examination = examine(NONE.answering("DELETE", page("403 Forbidden")));
        assertThat(examination.report().left()).anyMatch(path -> path.contains("/manifests/sha256:"));
    }

    @Test
    void aRealmInTheWrongSchemeOrPlaceIsAFailure() throws Exception {
        Meddling bearer =
                with("GET /v2/ ", "WWW-Authenticate", "Bearer realm=\"http://localhost:1/auth/token\",service=\"x\"");
        examine(bearer)
                .failed("realm", Advice.REALM)
                .failed("token", Advice.TOKEN)
                .skipped("login");
    }

    @Test
    void aTokenIsFetchedWithTheLoginAndSent() throws Exception {
        try (Meddler meddler = new Meddler(service.uri().getPort(), NONE)) {
            Meddling tokens = with(
                            "GET /v2/ ",
                            "WWW-Authenticate",
                            "Bearer realm=\"" + ORIGIN + meddler.port() + "/token\",service=\"x\"")
                    .answeringIf(head -> head.startsWith(
                                            "GET /token?service=x&scope=repository%3Awharfgate-doctor%2Fscratch%3Apull%2Cpush%2Cdelete")
                                    && head.contains("Authorization: Basic ")
                            ? Optional.of("HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{\"token\":\"made-for-it\"}")
                            : head.contains("Bearer made-for-it")
                                    ? Optional.of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                                    : Optional.empty());
            meddler.meddle(tokens);
            Examination.of(Examination.options(meddler.target()))
                    .ok("realm")
                    .ok("token")
                    .ok("login");
        }
    }

    /** What asks for a login by itself, in front of a registry that does too. */
    @Test
    void twoPlacesThatAskAreTold() throws Exception {
        Examination examination = examine(NONE.answeringIf(head -> head.contains("Authorization")
                        ? Optional.empty()
                        : Optional.of(PAGE.formatted("401 No", "WWW-Authenticate: Basic realm=\"proxy\"\r\n")))
                .onward(head -> head.replaceAll("(?im)^authorization:.*\r\n", "")));
        examination.failed("login", Advice.LOGIN);
        assertThat(examination.outcome("login").seen())
                .contains("now another place asks")
                .contains("Wharfgate");
    }

    @Test
    void aSlowTransferThatIsCutOffSaysWhen() throws Exception {
        Options.Slowness brief = new Options.Slowness(4, Duration.ofMillis(10), Duration.ofMillis(50));
        Meddling cutting = answeringIf("PATCH", "transfer-encoding", "");
        try (Meddler meddler = new Meddler(service.uri().getPort(), cutting)) {
            Options options = Examination.withPace(
                    Examination.options(meddler.target()), new Options.Pace(Examination.PATIENCE, false, true, brief));
            Examination examination = Examination.of(options).failed("slow-upload", Advice.SLOW_UPLOAD);
            assertThat(examination.outcome("slow-upload").seen()).contains("noticed after 0 s");
        }
    }
}
