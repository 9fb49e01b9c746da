package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.storage.memory.MemoryStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests without all of their content, where the operator allows them. */
class SparseManifestsTest {

    private static final Image IMAGE = Image.of("sparse");
    private static final String PATH = "/v2/sparse/manifests/latest";

    @TempDir
    private Path directory;

    private BareService service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        RegistryConfig config = new RegistryConfig(true, true);
        service = new BareService(new MemoryStore(), directory, Duration.ofSeconds(30), config);
        client = service.registry().client();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
    }

    @Test
    void aManifestWithoutALayerIsTakenWithAWarning() {
        client.pushBlob("sparse", IMAGE.config());
        HttpResponse<byte[]> answer = client.put(PATH, IMAGE.manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        assertThat(header(answer, "Warning")).matches("299 - \"1 of the contents [^\"]*\"");
        assertThat(client.get(PATH).body()).isEqualTo(IMAGE.manifest());
        assertError(client.get("/v2/sparse/blobs/" + sha256(IMAGE.layer())), 404, "BLOB_UNKNOWN");
    }

    @Test
    void aWholeManifestIsTakenWithoutAWarning() {
        client.pushImage("sparse", "latest");
        HttpResponse<byte[]> again =
                client.put(PATH, Image.of("sparse:latest").manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.headers().firstValue("Warning")).isEmpty();
    }
}
