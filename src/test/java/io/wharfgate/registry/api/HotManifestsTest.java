package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.filesystem.FilesystemStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that are answered from memory, as clients see them: not at all. */
class HotManifestsTest {

    private static final String LATEST = "/v2/team/app/manifests/latest";

    @TempDir
    private Path directory;

    private Path root;
    private ObjectStore store;
    private BareService service;
    private RegistryClient client;

    @BeforeEach
    void start() throws Exception {
        root = directory.resolve("root");
        // So far ahead that every file has been as it is for long.
        store = FilesystemStore.open(root, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
        service = new BareService(store, directory, Duration.ofSeconds(30));
        client = service.registry().client();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        store.close();
    }

    @Test
    void isAnsweredAsTheFirstTime() {
        RegistryClient.Image image = client.pushImage("team/app", "latest");
        Digest digest = sha256(image.manifest());
        for (String path : List.of(LATEST, "/v2/team/app/manifests/" + digest)) {
            HttpResponse<byte[]> first = client.get(path);
            HttpResponse<byte[]> again = client.get(path);
            HttpResponse<byte[]> head = client.head(path);

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).isEqualTo(image.manifest()).isEqualTo(first.body());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            for (String name : List.of("Content-Type", "Content-Length", "Docker-Content-Digest", "ETag")) {
                assertThat(header(again, name)).isEqualTo(header(first, name));
                assertThat(header(head, name)).isEqualTo(header(first, name));
            }
            assertThat(client.get(path, "If-None-Match", header(first, "ETag")).statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void whatIsGoneIsUnknown() throws IOException {
        RegistryClient.Image image = client.pushImage("team/app", "latest");
        assertThat(client.get(LATEST).statusCode()).isEqualTo(200);
        assertThat(client.get(LATEST).statusCode()).isEqualTo(200);
        String hex = sha256(image.manifest()).hex();
        Files.delete(root.resolve("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"));

        assertError(client.get(LATEST), 404, "MANIFEST_UNKNOWN");
        assertThat(client.head(LATEST).statusCode()).isEqualTo(404);
    }

    @Test
    void storageThatIsTakenAwayIsAnErrorAndComesBack() throws IOException {
        client.pushImage("team/app", "latest");
        assertThat(client.get(LATEST).statusCode()).isEqualTo(200);
        Files.move(root, directory.resolve("unmounted"));
        Files.createDirectory(root);
        assertThat(client.get(LATEST).statusCode()).isEqualTo(500);

        Files.delete(root);
        Files.move(directory.resolve("unmounted"), root);
        assertThat(client.get(LATEST).statusCode()).isEqualTo(200);
    }

    @Test
    void nobodyReadsWhatWasReplacedBeforeHeAsked() throws Exception {
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            digests.add(sha256(client.pushImage("team/app", "v" + i).manifest()).toString());
        }
        client.pushImage("team/app", "latest");
        move(digests.get(0));
        AtomicInteger moved = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(6);
        try {
            List<Future<Integer>> reading = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                reading.add(readers.submit(() -> read(digests, moved, over)));
            }
            for (int i = 1; i < digests.size(); i++) {
                move(digests.get(i));
                moved.set(i);
                assertThat(header(client.head(LATEST), "Docker-Content-Digest")).isEqualTo(digests.get(i));
            }
            over.set(true);
            for (Future<Integer> one : reading) {
                assertThat(one.get()).isPositive();
            }
        } finally {
            over.set(true);
            readers.shutdownNow();
        }
    }

    /** Each answer is as new as what was there when it was asked for. */
    private int read(List<String> digests, AtomicInteger moved, AtomicBoolean over) {
        int answers = 0;
        while (!over.get() || answers == 0) {
            int newest = moved.get();
            String answered = header(client.get(LATEST), "Docker-Content-Digest");
            assertThat(digests.indexOf(answered)).isGreaterThanOrEqualTo(newest);
            answers++;
        }
        return answers;
    }

    /** Points the tag elsewhere, as another process does. */
    private void move(String digest) throws IOException {
        Path tick = directory.resolve("tick");
        Files.writeString(tick, "");
        Object before = Files.getAttribute(tick, "unix:ctime");
        do {
            Files.writeString(tick, digest);
        } while (Files.getAttribute(tick, "unix:ctime").equals(before));
        Files.move(
                tick,
                root.resolve("docker/registry/v2/repositories/team/app/_manifests/tags/latest/current/link"),
                StandardCopyOption.ATOMIC_MOVE);
    }
}
