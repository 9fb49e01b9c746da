package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.oci.Digest;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stop in the middle, but stay. */
class StalledTransferTest {

    private static final int TINY_WINDOW = 4 * 1024;

    @TempDir
    private Path directory;

    private ObjectStore store;
    private BareService service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        store = FilesystemStore.open(directory.resolve("data"));
        service = new BareService(store, directory.resolve("tls"), Duration.ofSeconds(1));
        client = service.registry().client();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        store.close();
    }

    private void awaitQuiet() {
        await().untilAsserted(() -> {
            assertThat(service.running.count()).isZero();
            assertThat(service.buffers.inUse()).isZero();
            assertThat(OpenFiles.below(directory)).isEmpty();
        });
    }

    @Test
    void uploadIsCutAndKeepsWhatArrived() throws Exception {
        String location = client.startUpload("stalled");
        try (RawTls raw = service.registry().raw()) {
            raw.request("PATCH " + location, "Content-Length: 1000").send(new byte[100]);
            assertThat(raw.closedByServer()).isTrue();
        }
        awaitQuiet();
        assertThat(header(client.get(location), "Range")).isEqualTo("0-99");
        assertThat(client.patch(location, new byte[900], "Content-Range", "100-999")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void manifestIsCut() throws Exception {
        try (RawTls raw = service.registry().raw()) {
            raw.request("PUT /v2/stalled/manifests/latest", "Content-Length: 1000")
                    .send("{");
            assertThat(raw.closedByServer()).isTrue();
        }
        awaitQuiet();
    }

    @Test
    void downloadIsCutAndItsFileClosed() throws Exception {
        Digest digest = client.pushBlob("stalled", noise(8_000_000, 1));
        try (RawTls raw = RawTls.connect(service.registry(), TINY_WINDOW)) {
            raw.request("GET /v2/stalled/blobs/" + digest);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(OpenFiles.below(directory)).hasSize(1);
            awaitQuiet();
        }
    }

    @Test
    void largeManifestThatNobodyTakesIsCut() throws Exception {
        byte[] manifest = bytes("{\"padding\":\"" + "x".repeat(4_000_000) + "\"}");
        assertThat(client.put("/v2/stalled/manifests/large", manifest, "Content-Type", "application/vnd.example+json")
                        .statusCode())
                .isEqualTo(201);
        try (RawTls raw = RawTls.connect(service.registry(), TINY_WINDOW)) {
            raw.request("GET /v2/stalled/manifests/large");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            awaitQuiet();
        }
    }

    @Test
    void slowButSteadyTransferGoesOn() throws Exception {
        String location = client.startUpload("steady");
        try (RawTls raw = service.registry().raw()) {
            raw.request("PATCH " + location, "Content-Length: 4");
            for (int sent = 1; sent < 4; sent++) {
                raw.send("x");
                String range = "0-" + (sent - 1);
                // Each byte later than the last one by a good part of the limit.
                await().pollDelay(Duration.ofMillis(600))
                        .untilAsserted(() -> assertThat(header(client.get(location), "Range"))
                                .isEqualTo(range));
            }
            raw.send("x");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
    }
}
