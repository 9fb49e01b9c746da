package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.tls.SelfSigned;
import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change under a running service. */
class ReloadTest {

    @TempDir
    private Path directory;

    private RunningService.Setup setup;
    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        certificate("old");
        setup = RunningService.Setup.in(directory)
                .tls(new TlsConfig.Files(
                        directory.resolve("server.crt"), directory.resolve("server.key"), Optional.empty()));
        use("old");
        service = setup.start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void certificate(String which) throws Exception {
        new SelfSigned(directory.resolve(which), Clock.systemUTC()).ensure(List.of("localhost"));
    }

    private void use(String which) throws IOException {
        for (String file : new String[] {"server.key", "server.crt"}) {
            Path copy = Files.copy(
                    directory.resolve(which).resolve(file),
                    directory.resolve("new." + file),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private RegistryUnderTest trusting(String which) throws Exception {
        SSLContext trust = RunningService.trusting(directory.resolve(which).resolve("ca.crt"));
        return service.at(trust);
    }

    @Test
    void newHandshakesGetTheNewCertificateAndARunningDownloadGoesOnToItsEnd() throws Exception {
        byte[] content = noise(6_000_000, 1);
        Digest digest = trusting("old").client().pushBlob("slow", content);
        try (RawTls slow = RawTls.connect(trusting("old"), 8 * 1024)) {
            slow.request("GET /v2/slow/blobs/" + digest);
            assertThat(slow.readHead()).startsWith("HTTP/1.1 200 ");
            byte[] begin = slow.read(1_000);
            certificate("new");
            use("new");
            service.reload();
            assertThat(trusting("new").client().get("/v2/").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> trusting("old").raw().close()).isInstanceOf(IOException.class);
            assertThat(begin).isEqualTo(java.util.Arrays.copyOf(content, 1_000));
            assertThat(slow.read(content.length - 1_000))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, 1_000, content.length));
        }
    }

    @Test
    void changedFilesAreNoticedWithoutBeingTold() throws Exception {
        certificate("new");
        use("new");
        setup.addUser("late", "late-password-1");
        await().ignoreExceptions().untilAsserted(() -> {
            RegistryClient client = trusting("new").client();
            assertThat(client.as("late", "late-password-1", "/v2/").statusCode())
                    .isEqualTo(200);
        });
    }

    @Test
    void brokenCertificateIsRefusedAndTheOldOneStays() throws Exception {
        Files.writeString(directory.resolve("server.crt"), "not a certificate");
        service.reload();
        assertThat(trusting("old").client().get("/v2/").statusCode()).isEqualTo(200);
        use("old");
        Files.delete(directory.resolve("server.key"));
        service.reload();
        assertThat(trusting("old").client().get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void keyThatDoesNotBelongToTheCertificateIsRefused() throws Exception {
        certificate("new");
        Files.copy(
                directory.resolve("new/server.crt"),
                directory.resolve("server.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        service.reload();
        assertThat(trusting("old").client().get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void newUserIsLetInAndARemovedOneIsNotThoughHisPasswordWasRemembered() throws Exception {
        RegistryClient client = trusting("old").client();
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
        setup.addUser("second", "second-password");
        new HtpasswdEditor(setup.htpasswd()).remove(RunningService.USER);
        service.reload();
        assertThat(client.as("second", "second-password", "/v2/").statusCode()).isEqualTo(200);
        assertThat(client.get("/v2/").statusCode()).isEqualTo(401);
    }

    @Test
    void changedPasswordTakesTheOldOneOut() throws Exception {
        RegistryClient client = trusting("old").client();
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
        new HtpasswdEditor(setup.htpasswd()).remove(RunningService.USER);
        setup.addUser(RunningService.USER, "another-password");
        service.reload();
        assertThat(client.get("/v2/").statusCode()).isEqualTo(401);
        assertThat(client.as(RunningService.USER, "another-password", "/v2/").statusCode())
                .isEqualTo(200);
    }

    @Test
    void brokenPasswordFileIsRefusedAndTheOldUsersStay() throws Exception {
        RegistryClient client = trusting("old").client();
        Files.writeString(setup.htpasswd(), "\u0000\u0001 nothing that is a user\n");
        service.reload();
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
        Files.delete(setup.htpasswd());
        service.reload();
        assertThat(client.get("/v2/").statusCode()).isEqualTo(200);
    }
}
