package io.wharfgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Login;
import io.wharfgate.gateway.AuditEvent.Result;
import io.wharfgate.http.Answer;
import io.wharfgate.http.Bodies;
import io.wharfgate.http.BodySink;
import io.wharfgate.http.BodySource;
import io.wharfgate.http.TransferBuffers;
import io.wharfgate.http.Workers;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the audit log hears of a request. The backend answers as the request's header Wanted says. */
class AuditEventsTest {

    private static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));
    private static final Digest OTHER = Digest.parse("sha256:" + "1".repeat(64));
    private static final HttpString CONTENT_DIGEST = new HttpString("Docker-Content-Digest");

    private static final Authenticator AUTHENTICATOR = (header, client) -> CompletableFuture.completedStage(
            switch (header.orElse("")) {
                case "" -> new AuthenticationResult.Accepted(Login.anonymous());
                case "alice" -> new AuthenticationResult.Accepted(Login.byPassword("alice"));
                case "expired" -> new AuthenticationResult.TokenRefused("it expired");
                case "throttled" -> new AuthenticationResult.Throttled("7 wrong passwords of \"alice\"", 30);
                case "busy" -> new AuthenticationResult.Overloaded(3);
                default -> new AuthenticationResult.Rejected("wrong password of user \"alice\"");
            });

    private final Workers workers = new Workers(2);
    private final Bodies bodies = new Bodies(new TransferBuffers(4), workers);
    private volatile int status = 200;
    private volatile Optional<Digest> answered = Optional.empty();
    private RulesServer server;

    @BeforeEach
    void start() throws Exception {
        server = new RulesServer(AUTHENTICATOR, AccessPolicy.everyUser(), this::serve);
    }

    @AfterEach
    void stop() {
        server.close();
        workers.close();
    }

    private void serve(HttpServerExchange exchange, RegistryCall call) {
        answered.ifPresent(digest -> exchange.getResponseHeaders().put(CONTENT_DIGEST, digest.toString()));
        if (call.method().toString().equals("PATCH")) {
            bodies.receive(exchange, new Swallow(exchange));
        } else if (call.query().one("endless").isPresent()) {
            exchange.setResponseContentLength(1L << 40);
            bodies.send(exchange, new Zeros(), 0, 1L << 40);
        } else {
            Answer.status(status).text("answer").send(exchange);
        }
    }

    private record Swallow(HttpServerExchange exchange) implements BodySink {
        @Override
        public void accept(ByteBuffer piece) {
            piece.position(piece.limit());
        }

        @Override
        public void complete() {
            Answer.status(202).send(exchange);
        }

        @Override
        public void failed(Throwable cause, boolean answerable) {}
    }

    private record Zeros() implements BodySource {
        @Override
        public int read(ByteBuffer into, long position) {
            int n = into.remaining();
            into.position(into.limit());
            return n;
        }

        @Override
        public void close() {}
    }

    private AuditEvent after(String method, String path) throws Exception {
        server.send(method, path, "alice");
        return server.event();
    }

    @Test
    void eventTellsWhoFromWhereDidWhat() throws Exception {
        Instant before = Instant.now();
        HttpResponse<String> answer = server.send("GET", "/v2/team/app/blobs/" + DIGEST, "alice");
        AuditEvent event = server.event();
        assertThat(event.time()).isBetween(before, Instant.now());
        assertThat(event.requestId())
                .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
        assertThat(event.client()).isEqualTo("127.0.0.1");
        assertThat(event.who())
                .isEqualTo(new AuditEvent.Who(Optional.of("alice"), Optional.of(new Credential.Password())));
        assertThat(event.what())
                .isEqualTo(new AuditEvent.What(
                        AuditOperation.BLOB_PULL,
                        Optional.of(new RepositoryName("team/app")),
                        List.of(),
                        Optional.of(DIGEST),
                        Optional.empty(),
                        List.of()));
        assertThat(event.outcome().result()).isEqualTo(Result.SUCCESS);
        assertThat(event.outcome().sent()).isEqualTo("answer".length());
        assertThat(event.outcome().duration()).isPositive();
    }

    @Test
    void pingThatSucceedsIsNoEvent() throws Exception {
        server.send("GET", "/v2/", "alice");
        assertThat(after("GET", "/v2/_catalog").what().operation()).isEqualTo(AuditOperation.CATALOG_LIST);
        assertThat(server.events).isEmpty();
    }

    @Test
    void digestOfATagIsThatOfTheAnswer() throws Exception {
        answered = Optional.of(OTHER);
        for (String method : List.of("GET", "HEAD", "PUT")) {
            AuditEvent.What what = after(method, "/v2/a/manifests/v1").what();
            assertThat(what.digest()).contains(OTHER);
            assertThat(what.tags()).containsExactly(new Tag("v1"));
        }
        assertThat(after("PUT", "/v2/a/manifests/" + DIGEST).what().digest()).contains(DIGEST);
    }

    @Test
    void allTagsOfAPushAreTold() throws Exception {
        assertThat(after("PUT", "/v2/a/manifests/" + DIGEST + "?tag=b&tag=a&tag=b&tag=%21")
                        .what()
                        .tags())
                .containsExactly(new Tag("b"), new Tag("a"));
        assertThat(after("GET", "/v2/a/manifests/x?tag=b").what().tags()).containsExactly(new Tag("x"));
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, v1, TAG_DELETE",
        "DELETE, D, MANIFEST_DELETE",
        "PUT, D, MANIFEST_PUSH",
        "HEAD, D, MANIFEST_HEAD"
    })
    void tagsAndManifestsAreToldApart(String method, String reference, AuditOperation operation) throws Exception {
        String path = "/v2/a/manifests/" + reference.replace("D", DIGEST.toString());
        assertThat(after(method, path).what().operation()).isEqualTo(operation);
    }

    @ParameterizedTest
    @CsvSource({
        "?mount=D&from=team/base,   201, BLOB_MOUNT",
        "?mount=D&from=team/base,   202, UPLOAD_START",
        "?mount=D&from=team/base,   404, BLOB_MOUNT",
        "?digest=D,                 201, BLOB_PUSH",
        "'',                        202, UPLOAD_START",
    })
    void beginningsOfUploadsAreToldApart(String query, int answer, AuditOperation operation) throws Exception {
        status = answer;
        AuditEvent.What what = after("POST", "/v2/a/blobs/uploads/" + query.replace("D", DIGEST.toString()))
                .what();
        assertThat(what.operation()).isEqualTo(operation);
        assertThat(what.from().map(RepositoryName::value).orElse(""))
                .isEqualTo(query.contains("from") ? "team/base" : "");
        assertThat(what.digest()).isEqualTo(query.isEmpty() ? Optional.empty() : Optional.of(DIGEST));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/a/blobs/uploads/?mount=nonsense&from=UPPER, POST",
        "/v2/a/blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd?digest=nonsense, PUT",
    })
    void whatIsWrittenWronglyIsLeftOut(String path, String method) throws Exception {
        AuditEvent event = after(method, path);
        assertThat(event.what().digest()).isEmpty();
        assertThat(event.what().from()).isEmpty();
        assertThat(event.what().repository()).contains(new RepositoryName("a"));
    }

    @ParameterizedTest
    @CsvSource({
        "wrong,     LOGIN_FAILED,     UNAUTHORIZED, 401, 'wrong password of user \"alice\"'",
        "expired,   TOKEN_REFUSED,    UNAUTHORIZED, 401, it expired",
        "throttled, LOGIN_THROTTLED,  FAILED,       429, '7 wrong passwords of \"alice\"'",
        "busy,      LOGIN_OVERLOADED, FAILED,       429, too many passwords waited to be checked",
    })
    void refusedLoginIsTheEvent(String login, AuditOperation operation, Result result, int code, String reason)
            throws Exception {
        server.send("GET", "/v2/a/manifests/v1", login);
        AuditEvent event = server.event();
        assertThat(event.what().operation()).isEqualTo(operation);
        assertThat(event.who()).isEqualTo(new AuditEvent.Who(Optional.empty(), Optional.empty()));
        assertThat(event.outcome().result()).isEqualTo(result);
        assertThat(event.outcome().status()).isEqualTo(code);
        assertThat(event.outcome().reason()).contains(reason);
        assertThat(server.events).isEmpty();
    }

    @Test
    void pathThatCannotBeReadIsInvalid() throws Exception {
        AuditEvent event = after("GET", "/v2/UPPER/tags/list");
        assertThat(event.what().operation()).isEqualTo(AuditOperation.INVALID);
        assertThat(event.who().user()).contains("alice");
        assertThat(event.outcome().result()).isEqualTo(Result.FAILED);
        assertThat(event.outcome().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"304, SUCCESS", "307, SUCCESS", "404, FAILED", "401, UNAUTHORIZED", "403, DENIED", "502, FAILED"})
    void statusOfTheBackendDecides(int answer, Result result) throws Exception {
        status = answer;
        assertThat(after("GET", "/v2/a/blobs/" + DIGEST).outcome().result()).isEqualTo(result);
    }

    @Test
    void bytesThatArrivedAreCounted() throws Exception {
        byte[] body = new byte[300_000];
        server.send("PATCH", "/v2/a/blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd", "alice", body);
        assertThat(server.event().outcome().received()).isEqualTo(body.length);

        HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()
                        + "/v2/a/blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd"))
                .header("Authorization", "alice")
                .method("PATCH", HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(body)))
                .build();
        server.client.send(chunked, HttpResponse.BodyHandlers.discarding());
        AuditEvent event = server.event();
        assertThat(event.what().operation()).isEqualTo(AuditOperation.UPLOAD_WRITE);
        assertThat(event.outcome().received()).isEqualTo(body.length);
        assertThat(event.outcome().status()).isEqualTo(202);
    }

    @Test
    void bytesThatAreNotReadAreNotCounted() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            send(socket, "PUT /v2/a/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n0123");
            AuditEvent event = server.event();
            assertThat(event.outcome().result()).isEqualTo(Result.UNAUTHORIZED);
            assertThat(event.outcome().received()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void clientThatLeavesInTheMiddleOfADownloadHasAborted() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            send(socket, "GET /v2/a/blobs/" + DIGEST + "?endless HTTP/1.1\r\nHost: x\r\nAuthorization: alice\r\n\r\n");
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
        }
        AuditEvent event = server.event();
        assertThat(event.outcome().result()).isEqualTo(Result.ABORTED);
        assertThat(event.outcome().status()).isEqualTo(200);
        // What is being written just then is not counted yet.
        assertThat(event.outcome().sent()).isLessThan(1L << 40);
    }

    @Test
    void clientThatLeavesInTheMiddleOfAnUploadHasAborted() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            send(
                    socket,
                    "PATCH /v2/a/blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd HTTP/1.1\r\nHost: x\r\n"
                            + "Authorization: alice\r\nContent-Length: 1000\r\n\r\n0123456789");
        }
        AuditEvent event = server.event();
        assertThat(event.outcome().result()).isEqualTo(Result.ABORTED);
        assertThat(event.outcome().status()).isEqualTo(499);
        assertThat(event.outcome().received()).isLessThanOrEqualTo(10);
    }

    private static void send(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @Test
    void namesOfOperationsAreWordsWithADot() {
        for (AuditOperation operation : AuditOperation.values()) {
            assertThat(operation.toString()).matches("[a-z]+(\\.[a-z]+)?");
        }
    }
}
