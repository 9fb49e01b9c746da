package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.OpenFiles;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a service stops, and what its successor finds. */
class StopTest {

    @TempDir
    private Path directory;

    @Test
    void uploadGoesOnAfterARestart() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        byte[] content = noise(500_000, 1);
        String location;
        try (RunningService first = setup.start()) {
            RegistryClient client = first.registry().client();
            location = client.startUpload("restarted");
            assertThat(client.patch(location, Arrays.copyOf(content, 200_000)).statusCode())
                    .isEqualTo(202);
        }
        try (RunningService second = setup.start()) {
            RegistryClient client = second.registry().client();
            assertThat(header(client.get(location), "Range")).isEqualTo("0-199999");
            byte[] rest = Arrays.copyOfRange(content, 200_000, content.length);
            assertThat(client.patch(location, rest, "Content-Range", "200000-499999")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(client.put(location + "?digest=" + sha256(content), new byte[0])
                            .statusCode())
                    .isEqualTo(201);
            assertThat(client.get("/v2/restarted/blobs/" + sha256(content)).body())
                    .isEqualTo(content);
        }
    }

    @Test
    void whatWasPushedIsListedAndServedAfterARestart() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        RegistryClient.Image image;
        try (RunningService first = setup.start()) {
            image = first.registry().client().pushImage("kept/here", "v1");
        }
        try (RunningService second = setup.start()) {
            RegistryClient client = second.registry().client();
            assertThat(client.get("/v2/kept/here/manifests/v1").body()).isEqualTo(image.manifest());
            assertThat(RegistryClient.text(client.get("/v2/_catalog"))).isEqualTo("{\"repositories\":[\"kept/here\"]}");
            assertThat(RegistryClient.text(client.get("/v2/kept/here/tags/list")))
                    .contains("[\"v1\"]");
        }
    }

    @Test
    void closeWaitsForARunningUploadAndTakesNoNewConnections() throws Exception {
        RunningService service =
                RunningService.Setup.in(directory).drain(Duration.ofSeconds(30)).start();
        RegistryUnderTest registry = service.registry();
        String location = registry.client().startUpload("drained");
        try (RawTls raw = registry.raw()) {
            raw.request("PATCH " + location, "Content-Length: 10").send("01234");
            awaitRange(registry.client(), location, "0-4");
            CompletableFuture<Void> closed = CompletableFuture.runAsync(service::close);
            await().untilAsserted(() -> assertThat(refused(registry)).isTrue());
            assertThat(closed).isNotDone();
            raw.send("56789");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ").contains("Range: 0-9");
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void uploadThatOutlastsTheDrainTimeIsCutAndKept() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory).drain(Duration.ofMillis(300));
        RunningService service = setup.start();
        RegistryUnderTest registry = service.registry();
        String location = registry.client().startUpload("cut");
        try (RawTls raw = registry.raw()) {
            raw.request("PATCH " + location, "Content-Length: 10").send("01234");
            awaitRange(registry.client(), location, "0-4");
            service.close();
            assertThat(raw.closedByServer()).isTrue();
        }
        await().untilAsserted(() ->
                assertThat(OpenFiles.below(directory.resolve("registry"))).isEmpty());
        try (RunningService second = setup.start()) {
            assertThat(header(second.registry().client().get(location), "Range"))
                    .isEqualTo("0-4");
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        RunningService service = RunningService.Setup.in(directory).start();
        service.close();
        service.close();
        service.service().awaitStopped();
    }

    private static void awaitRange(RegistryClient client, String location, String range) {
        await().untilAsserted(
                        () -> assertThat(header(client.get(location), "Range")).isEqualTo(range));
    }

    private static boolean refused(RegistryUnderTest registry) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), registry.base().getPort())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }
}
