package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.registry.api.OpenFiles;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers that are cut at any moment, from either side, in either direction, leave nothing behind. */
class AbortLeakFaultTest {

    private static final int ABORTS = 1000;
    private static final int WARM_UP = 200;
    private static final int AT_ONCE = 8;
    private static final int LENGTH = 400_000;
    private static final int POOL_THREADS = 8;

    @TempDir
    private Path directory;

    /** What could be left behind. */
    private record Held(long threads, long sockets, long directBytes) {

        static Held now() {
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !thread.getName().startsWith("scripted-upstream"))
                    .count();
            long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
            return new Held(threads, OpenFiles.sockets(), direct);
        }
    }

    @Test
    void thousandAbortsLeakNothing() throws Exception {
        long seed = new Random().nextLong();
        try (GatewayFixture gateway = GatewayFixture.start(directory)) {
            gateway.upstream.script(AbortLeakFaultTest::misbehave);
            // Pools and caches grow to what this many at once need, and stay there.
            abortMany(gateway, WARM_UP, seed);
            awaitQuiet(gateway, seed);
            Held before = Held.now();
            abortMany(gateway, ABORTS, seed + WARM_UP);
            awaitQuiet(gateway, seed);
            await().untilAsserted(() -> {
                Held after = Held.now();
                // Pools of few threads fill up when something needs one for the first time.
                assertThat(after.threads)
                        .as("threads, seed %s", seed)
                        .isLessThanOrEqualTo(before.threads + POOL_THREADS);
                assertThat(after.sockets).as("sockets, seed %s", seed).isLessThanOrEqualTo(before.sockets);
                // Thread-local caches of buffers of 16 KiB are filled by chance.
                assertThat(after.directBytes)
                        .as("direct buffers, seed %s", seed)
                        .isLessThanOrEqualTo(before.directBytes + 2_000_000);
            });
            assertStillWorks(gateway);
        }
    }

    /** Every connection that the gateway still has to the upstream is an idle one of its pool: closing them ends all. */
    private static void awaitQuiet(GatewayFixture gateway, long seed) {
        await().untilAsserted(() -> assertThat(gateway.upstream.busy())
                .as("requests under way at the upstream, seed %s", seed)
                .isZero());
        gateway.upstream.hangUp();
        await().untilAsserted(() -> assertThat(gateway.upstream.open())
                .as("connections to the upstream, seed %s", seed)
                .isZero());
    }

    private static void assertStillWorks(GatewayFixture gateway) throws Exception {
        gateway.upstream.script((peer, head) -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n")
                .send(RegistryClient.noise(LENGTH, 1)));
        try (RawTls raw = gateway.connect(true)) {
            raw.request("GET /v2/soak/blobs/sha256:" + "0".repeat(64));
            assertThat(raw.readFramed(raw.readHead())).isEqualTo(RegistryClient.noise(LENGTH, 1));
        }
    }

    /** What the upstream does stands in the name of the repository, so that a seed says all. */
    private static void misbehave(UpstreamPeer peer, String head) throws IOException {
        int bytes = Integer.parseInt(head.replaceAll("(?s).*/bytes(\\d+)[/ ].*", "$1"));
        if (head.contains("/whole/")) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n")
                    .send(new byte[LENGTH]);
        } else if (head.contains("/endless/")) {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n77359400\r\n");
            peer.sendForever();
        } else if (head.contains("/dies/")) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n")
                    .send(new byte[bytes]);
            peer.cut();
        } else if (head.contains("/early/")) {
            peer.send("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
        } else if (head.contains("/cut/")) {
            peer.read(bytes / 2);
            peer.cut();
        } else {
            peer.readToEnd();
        }
    }

    private static void abortMany(GatewayFixture gateway, int count, long seed) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Random random = new Random(seed + i);
                all.add(clients.submit(() -> {
                    oneAbort(gateway, random);
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

    private static void oneAbort(GatewayFixture gateway, Random random) throws IOException {
        try (RawTls raw = RawTls.connect(gateway.registry, 16 * 1024)) {
            try {
                begin(raw, random);
            } catch (IOException cut) {
                // The gateway or the upstream was faster.
            }
            if (random.nextBoolean()) {
                raw.abort();
            }
        }
    }

    private static void begin(RawTls raw, Random random) throws IOException {
        byte[] some = new byte[random.nextInt(200_000)];
        String digest = "/bytes" + some.length + "/blobs/sha256:" + "0".repeat(64);
        String upload = "/bytes" + some.length + "/blobs/uploads/5f0f5a35";
        String framing = random.nextBoolean() ? "Content-Length: 1000000" : "Transfer-Encoding: chunked";
        switch (random.nextInt(8)) {
            case 0 -> raw.request("GET /v2/soak/whole" + digest).read(some.length);
            case 1 -> raw.request("GET /v2/soak/endless" + digest).read(some.length);
            case 2 -> raw.request("GET /v2/soak/endless" + digest);
            case 3 -> raw.request("GET /v2/soak/dies" + digest).read(LENGTH);
            case 4 -> raw.request("GET /v2/soak/silent" + digest);
            case 5 -> body(raw.request("PATCH /v2/soak/silent" + upload, framing), framing, some);
            case 6 -> body(raw.request("PATCH /v2/soak/early" + upload, framing), framing, some);
            default -> body(raw.request("PATCH /v2/soak/cut" + upload, framing), framing, some);
        }
    }

    private static void body(RawTls raw, String framing, byte[] some) throws IOException {
        if (framing.contains("chunked")) {
            raw.send("f4240\r\n");
        }
        raw.send(some);
    }
}
