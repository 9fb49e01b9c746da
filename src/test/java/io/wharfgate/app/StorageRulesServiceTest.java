package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Immutable tags, quotas and pull times as clients meet them. */
class StorageRulesServiceTest {

    private static final String RULES = """
            immutable:
            - {repositories: 'team/**', tags: 'v*'}
            quotas:
            - {prefix: small, bytes: 100KiB, tags: 1, contact: 'the "desk"'}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    @SuppressWarnings("NullAway.Init")
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        rules(RULES);
        service = RunningService.Setup.in(directory).plain().start();
        client = new RegistryClient(new RegistryUnderTest(
                URI.create("http://localhost:" + service.service().port()),
                SSLContext.getDefault(),
                RunningService.USER,
                RunningService.PASSWORD));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void rules(String text) throws IOException {
        Files.writeString(directory.resolve("storage-rules.yaml"), text);
    }

    @Test
    void anImmutableTagIsConflictToPushAndNotAllowedToDelete() {
        RegistryClient.Image image = client.pushImage("team/app", "v1");
        RegistryClient.Image other = client.pushImage("team/app", "latest");
        String path = "/v2/team/app/manifests/";
        assertError(client.put(path + "v1", other.manifest(), "Content-Type", OCI_MANIFEST), 409, "DENIED");
        assertError(
                client.put(path + other.digest() + "?tag=new&tag=v1", other.manifest(), "Content-Type", OCI_MANIFEST),
                409,
                "DENIED");
        assertThat(client.get(path + "new").statusCode()).isEqualTo(404);
        assertThat(client.put(path + "v1", image.manifest(), "Content-Type", OCI_MANIFEST)
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<byte[]> deletion = client.delete(path + "v1");
        assertError(deletion, 405, "UNSUPPORTED");
        assertThat(header(deletion, "Allow")).isEqualTo("GET, HEAD, PUT");
        assertError(client.delete(path + image.digest()), 405, "UNSUPPORTED");
        assertThat(client.delete(path + "latest").statusCode()).isEqualTo(202);
    }

    @Test
    void anUploadThatSaysHowLongItIsIsRefusedBeforeItsBody() throws IOException {
        String location = client.startUpload("small/app");
        assertRefusedEarly("PATCH " + location, "Content-Length: 5000000000");
        assertRefusedEarly(
                "POST /v2/small/app/blobs/uploads/?digest=sha256:" + "0".repeat(64), "Content-Length: 200000");
        assertThat(client.patch(location, noise(1000, 1)).statusCode()).isEqualTo(202);
    }

    @Test
    void aChunkedUploadIsRefusedAsSoonAsItIsTooMuch() throws IOException {
        String location = client.startUpload("small/app");
        try (Socket socket = new Socket("localhost", service.service().port())) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii(head("PATCH " + location, "Transfer-Encoding: chunked") + "20000\r\n"));
            // It is the answer that ends this, and not the last chunk, which never comes.
            out.write(new byte[0x20000]);
            out.flush();
            assertThat(answer(socket)).startsWith("HTTP/1.1 403 ");
        }
        await().untilAsserted(
                        () -> assertThat(client.get(location).statusCode()).isEqualTo(404));
    }

    @Test
    void fromNinetyPercentOnAnswersToPushesSayItAndNoOthers() {
        HttpResponse<byte[]> first = client.post(uploads(noise(50_000, 1)), noise(50_000, 1));
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Warning")).isEmpty();
        HttpResponse<byte[]> second = client.post(uploads(noise(45_000, 2)), noise(45_000, 2));
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(header(second, "Warning"))
                .matches("299 - \"the quota of small is nearly used up: 92\\.8KiB of 100KiB;"
                        + " delete what is not needed, or ask the \\\\\"desk\\\\\"\"");
        String blob = "/v2/small/app/blobs/" + RegistryClient.sha256(noise(45_000, 2));
        assertThat(client.get(blob).headers().firstValue("Warning")).isEmpty();
        HttpResponse<byte[]> third = client.post(uploads(noise(9_000, 3)), noise(9_000, 3));
        assertError(third, 403, "DENIED");
        assertThat(RegistryClient.text(third)).contains("the quota of small is 100KiB (in use: 92.8KiB)", "desk");
        assertThat(third.headers().firstValue("Warning")).isEmpty();
    }

    private static String uploads(byte[] content) {
        return "/v2/small/app/blobs/uploads/?digest=" + RegistryClient.sha256(content);
    }

    @Test
    void tagsAreRefusedWithTheManifestAndPullsNever() {
        RegistryClient.Image image = client.pushImage("small/app", "one");
        HttpResponse<byte[]> refused =
                client.put("/v2/small/app/manifests/two", image.manifest(), "Content-Type", OCI_MANIFEST);
        assertError(refused, 403, "DENIED");
        assertThat(client.get("/v2/small/app/manifests/one").statusCode()).isEqualTo(200);
        assertThat(client.get("/v2/small/app/tags/list").statusCode()).isEqualTo(200);
    }

    @Test
    void changedRulesAreInForceAtOnceWhenToldAndBrokenOnesNever() throws IOException {
        client.pushImage("team/app", "v1");
        rules("immutable:\n- {repositories: 'team/**', tag: 'v*'}\n");
        service.reload();
        assertThat(client.delete("/v2/team/app/manifests/v1").statusCode()).isEqualTo(405);
        rules("immutable: []");
        service.reload();
        assertThat(client.delete("/v2/team/app/manifests/v1").statusCode()).isEqualTo(202);
    }

    @Test
    void pullsAreWrittenDownAtTheEndAndLooksAreNot() throws IOException {
        client.pushImage("team/app", "v1");
        client.pushImage("team/seen", "v1");
        client.get("/v2/team/app/manifests/v1");
        client.head("/v2/team/seen/manifests/v1");
        service.close();
        Path repositories = directory.resolve("registry/docker/registry/v2/repositories/team");
        assertThat(Files.readString(repositories.resolve("app/_manifests/pulled")))
                .contains("v1 ", "sha256:");
        assertThat(repositories.resolve("seen/_manifests/pulled")).doesNotExist();
    }

    @Test
    void theServiceDoesNotStartWithRulesThatNobodyUnderstands() throws IOException {
        rules("quotas:\n- {prefix: team, byte: 1}\n");
        Wharfgate other =
                Wharfgate.of(RunningService.Setup.in(directory).plain().config());
        assertThatThrownBy(other::start)
                .isInstanceOf(StartException.class)
                .hasMessageContainingAll("storage.rules", "storage-rules.yaml:2: quotas 1: byte: unknown key");
    }

    private void assertRefusedEarly(String line, String framing) throws IOException {
        try (Socket socket = new Socket("localhost", service.service().port())) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii(head(line, framing)));
            out.write(new byte[20_000]);
            out.flush();
            assertThat(answer(socket)).startsWith("HTTP/1.1 403 ").contains("Connection: close");
        }
    }

    private String head(String line, String framing) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                + RegistryUnderTest.basic(RunningService.USER, RunningService.PASSWORD) + "\r\n" + framing + "\r\n\r\n";
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0 && head.indexOf("\r\n\r\n") < 0; c = in.read()) {
            head.append((char) c);
        }
        return head.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
