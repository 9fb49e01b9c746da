package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.part;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.storage.memory.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFullTest {

    private static final int ROOMY = 10_000_000;

    @TempDir
    private Path directory;

    private final MemoryStore store = new MemoryStore(ROOMY);
    private BareService service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        service = new BareService(store, directory, Duration.ofSeconds(30));
        client = service.registry().client();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
    }

    @Test
    void uploadThatFindsNoRoomIs507AndGoesOnWhenThereIsRoomAgain() throws Exception {
        byte[] content = noise(400_000, 1);
        String location = client.startUpload("full");
        store.capacity(200_000);
        try (RawTls raw = service.registry().raw()) {
            raw.request("PATCH " + location, "Content-Length: 400000").send(content);
            raw.expectError(507, "UNAVAILABLE");
        }
        store.capacity(ROOMY);
        int arrived = arrived(location);
        assertThat(arrived).isBetween(1, 200_000);
        assertThat(client.patch(location, part(content, arrived, 400_000), "Content-Range", arrived + "-399999")
                        .statusCode())
                .isEqualTo(202);
        assertThat(client.put(location + "?digest=" + sha256(content), new byte[0])
                        .statusCode())
                .isEqualTo(201);
        assertThat(client.get("/v2/full/blobs/" + sha256(content)).body()).isEqualTo(content);
    }

    @Test
    void nothingNewBeginsOnAFullDiskAndWhatIsThereIsServed() {
        Image image = client.pushImage("full", "latest");
        store.capacity(0);
        assertError(client.post("/v2/full/blobs/uploads/", new byte[0]), 507, "UNAVAILABLE");
        byte[] other = RegistryClient.bytes("{\"other\":1}");
        assertError(
                client.put("/v2/full/manifests/new", other, "Content-Type", "application/vnd.example+json"),
                507,
                "UNAVAILABLE");
        assertThat(client.get("/v2/full/manifests/new").statusCode()).isEqualTo(404);
        assertThat(client.get("/v2/full/manifests/latest").body()).isEqualTo(image.manifest());
        store.capacity(ROOMY);
        assertThat(client.put("/v2/full/manifests/new", image.manifest(), "Content-Type", OCI_MANIFEST)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void wholeBlobThatFindsNoRoomIs507AndLeavesNothing() {
        byte[] content = noise(50_000, 2);
        store.capacity(20_000);
        assertError(client.post("/v2/full/blobs/uploads/?digest=" + sha256(content), content), 507, "UNAVAILABLE");
        // As much as was free before: whatever had arrived is gone again.
        byte[] fits = noise(15_000, 3);
        assertThat(client.post("/v2/full/blobs/uploads/?digest=" + sha256(fits), fits)
                        .statusCode())
                .isEqualTo(201);
    }

    private int arrived(String location) {
        String range = header(client.get(location), "Range");
        return Integer.parseInt(range.substring(range.indexOf('-') + 1)) + 1;
    }
}
