package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.noise;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.oci.Digest;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that vanish at any moment take nothing of the server's with them. */
class AbortSoakTest {

    private static final int CONNECTIONS = 200;
    private static final int AT_ONCE = 8;

    @TempDir
    private Path directory;

    @Test
    void abortsAtRandomMomentsLeakNothing() throws Exception {
        long seed = new Random().nextLong();
        try (ObjectStore store = FilesystemStore.open(directory.resolve("data"));
                BareService service = new BareService(store, directory.resolve("tls"), Duration.ofSeconds(20))) {
            RegistryClient client = service.registry().client();
            Digest blob = client.pushBlob("soak", noise(3_000_000, 1));
            client.pushImage("soak", "latest");
            abortMany(client, blob, seed);
            await().untilAsserted(() -> {
                assertThat(service.running.count()).as("running, seed %s", seed).isZero();
                assertThat(service.buffers.inUse()).as("buffers, seed %s", seed).isZero();
                assertThat(OpenFiles.below(directory))
                        .as("files, seed %s", seed)
                        .isEmpty();
            });
            byte[] after = noise(500_000, 2);
            client.pushBlob("soak", after);
            assertThat(client.get("/v2/soak/blobs/" + sha256(after)).body()).isEqualTo(after);
        }
    }

    private static void abortMany(RegistryClient client, Digest blob, long seed) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                Random random = new Random(seed + i);
                all.add(clients.submit(() -> {
                    oneAbort(client, blob, random);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void oneAbort(RegistryClient client, Digest blob, Random random) throws IOException {
        String location = client.startUpload("soak");
        try (RawTls raw = RawTls.connect(client.registry(), 16 * 1024)) {
            try {
                begin(raw, location, blob, random);
            } catch (IOException cut) {
                // Refused early: the server was faster.
            }
            if (random.nextBoolean()) {
                raw.abort();
            }
        }
    }

    private static void begin(RawTls raw, String location, Digest blob, Random random) throws IOException {
        byte[] some = new byte[random.nextInt(300_000)];
        switch (random.nextInt(8)) {
            case 0 -> raw.send("GET /v2/ HT");
            case 1 ->
                raw.request("PATCH " + location, "Content-Length: 1000000").send(some);
            case 2 ->
                raw.request("PATCH " + location, "Transfer-Encoding: chunked")
                        .send("f4240\r\n")
                        .send(some);
            case 3 ->
                raw.request("POST /v2/soak/blobs/uploads/?digest=" + blob, "Content-Length: 1000000")
                        .send(some);
            case 4 -> raw.request("GET /v2/soak/blobs/" + blob).read(some.length);
            case 5 -> raw.request("GET /v2/soak/blobs/" + blob, "Range: bytes=1000-");
            case 6 -> raw.request("GET /v2/soak/manifests/latest").request("GET /v2/soak/blobs/" + blob);
            default ->
                raw.request("PUT /v2/UPPER/manifests/latest", "Content-Length: 1000000")
                        .send(some);
        }
    }
}
