package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slow clients cost no thread, and slow upstreams a limited time. */
class SlownessFaultTest {

    private static final int SLOW_CLIENTS = 60;

    @TempDir
    private Path directory;

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("scripted-upstream"))
                .count();
    }

    @Test
    void slowClientsHoldNoThread() throws Exception {
        List<RawTls> slow = new ArrayList<>();
        try (GatewayFixture gateway = GatewayFixture.start(directory);
                RawTls fast = gateway.connect(true)) {
            gateway.upstream.script((peer, head) -> {
                if (head.startsWith("GET ")) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n");
                    peer.sendForever();
                } else {
                    peer.readToEnd();
                }
            });
            long before = threads();
            for (int i = 0; i < SLOW_CLIENTS / 2; i++) {
                RawTls puller = gateway.connect(false, 4096);
                slow.add(puller);
                puller.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
                assertThat(puller.readHead()).startsWith("HTTP/1.1 200 ");
                RawTls pusher = gateway.connect(false);
                slow.add(pusher);
                pusher.request("PATCH /v2/a/blobs/uploads/5f0f5a35", "Content-Length: 1000000")
                        .send("a");
            }
            await().untilAsserted(() -> assertThat(gateway.upstream.requests()).hasSize(SLOW_CLIENTS));
            assertThat(threads()).isLessThan(before + SLOW_CLIENTS / 4);
            gateway.upstream.script((peer, head) -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n")
                    .send(RegistryClient.noise(3_000_000, 5)));
            fast.request("GET /v2/fast/blobs/sha256:" + "1".repeat(64));
            assertThat(fast.readFramed(fast.readHead())).isEqualTo(RegistryClient.noise(3_000_000, 5));
        } finally {
            for (RawTls one : slow) {
                one.abort();
            }
        }
    }

    @Test
    void upstreamThatIsSilentIs504() throws Exception {
        try (GatewayFixture gateway =
                        GatewayFixture.start(directory, settings -> settings.readTimeout(Duration.ofMillis(400)));
                RawTls raw = gateway.connect(true)) {
            gateway.upstream.script((peer, head) -> peer.readToEnd());
            raw.request("GET /v2/silent/manifests/latest");
            String head = raw.expectError(504, "UNAVAILABLE");
            assertThat(RawTls.header(head, "X-Request-Id")).isNotEmpty();
            await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
            raw.request("POST /v2/silent/blobs/uploads/", "Content-Length: 0");
            raw.expectError(504, "UNAVAILABLE");
            raw.request("PUT /v2/silent/manifests/latest", "Content-Length: 2").send("{}");
            raw.expectError(504, "UNAVAILABLE");
            assertThat(gateway.upstream.requests()).as("nothing twice").hasSize(3);
        }
    }

    @Test
    void upstreamThatFallsSilentInTheMiddleCutsTheClient() throws Exception {
        try (GatewayFixture gateway =
                        GatewayFixture.start(directory, settings -> settings.readTimeout(Duration.ofMillis(400)));
                RawTls raw = gateway.connect(true)) {
            gateway.upstream.script((peer, head) -> {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n");
                peer.readToEnd();
            });
            raw.request("GET /v2/silent/manifests/latest");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(raw.readUntilClosed(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("some")
                    .doesNotContain("0\r\n\r\n");
            await().untilAsserted(() -> assertThat(gateway.upstream.open()).isZero());
        }
    }

    /** An upload of hours is no silence of the upstream's, which has nothing to say before the end. */
    @Test
    void slowUploadIsNoSilenceOfTheUpstream() throws Exception {
        try (GatewayFixture gateway =
                        GatewayFixture.start(directory, settings -> settings.readTimeout(Duration.ofMillis(700)));
                RawTls raw = gateway.connect(true)) {
            CountDownLatch[] arrived = {
                new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1)
            };
            gateway.upstream.script((peer, head) -> {
                for (CountDownLatch one : arrived) {
                    peer.read(1);
                    one.countDown();
                }
                peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
            });
            raw.request("PATCH /v2/a/blobs/uploads/5f0f5a35", "Content-Length: 4");
            for (CountDownLatch one : arrived) {
                raw.send("x");
                // Each byte later than the last one by a good part of the limit, together well over it.
                await().pollDelay(Duration.ofMillis(400)).until(() -> one.getCount() == 0);
            }
            assertThat(raw.readHead()).startsWith("HTTP/1.1 202 ");
        }
    }

    /** A client that takes its time is no silence of the upstream's either. */
    @Test
    void slowDownloadIsNoSilenceOfTheUpstream() throws Exception {
        int length = 8_000_000;
        try (GatewayFixture gateway =
                        GatewayFixture.start(directory, settings -> settings.readTimeout(Duration.ofMillis(500)));
                RawTls raw = gateway.connect(true, 4096)) {
            gateway.upstream.script(
                    (peer, head) -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n")
                            .send(RegistryClient.noise(length, 6)));
            raw.request("GET /v2/large/blobs/sha256:" + "0".repeat(64));
            String head = raw.readHead();
            // Three times as long as the upstream may be silent.
            await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
            assertThat(raw.readFramed(head)).isEqualTo(RegistryClient.noise(length, 6));
        }
    }

    @Test
    void nobodyThereIsToldAtOnce() throws Exception {
        URI nowhere;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        try (RunningService gateway = RunningService.Setup.in(directory)
                        .gateway(UpstreamSettings.to(nowhere).config())
                        .start();
                RawTls raw = RawTls.connect(gateway.registry())) {
            raw.request("GET /v2/nowhere/manifests/latest");
            String head = raw.readHead();
            // 503 if the first look at its health was faster.
            assertThat(head).containsPattern("^HTTP/1.1 50[23] ");
            assertThat(raw.readBody(head)).contains("UNAVAILABLE").doesNotContain("127.0.0.1");
        }
    }

    @Test
    void connectionThatIsNotAcceptedIs504() throws Exception {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket hole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(hole, fillers);
            try (RunningService gateway = RunningService.Setup.in(directory)
                            .gateway(UpstreamSettings.to(URI.create("http://127.0.0.1:" + hole.getLocalPort()))
                                    .connectTimeout(Duration.ofMillis(400))
                                    .config())
                            .start();
                    RawTls raw = RawTls.connect(gateway.registry())) {
                raw.request("GET /v2/hole/manifests/latest");
                raw.expectError(504, "UNAVAILABLE");
            }
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    /** Connects until the queue of the listener is full, and SYNs are dropped. */
    private static void fill(ServerSocket listener, List<Socket> fillers) throws IOException {
        for (int i = 0; i < 100; i++) {
            Socket socket = new Socket();
            fillers.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 300);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new AssertionError("the queue of a listener never fills here");
    }

    @Test
    void tooManyForThePoolAre503AndToldWhenToComeBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (GatewayFixture gateway =
                        GatewayFixture.start(directory, settings -> settings.pool(1, Duration.ofMillis(400)));
                RawTls first = gateway.connect(false);
                RawTls second = gateway.connect(false)) {
            CountDownLatch arrived = new CountDownLatch(1);
            gateway.upstream.script((peer, head) -> {
                arrived.countDown();
                release.await();
                peer.send(ScriptedUpstream.OK);
            });
            first.request("GET /v2/first/manifests/latest");
            arrived.await();
            second.request("GET /v2/second/manifests/latest");
            String head = second.expectError(503, "UNAVAILABLE");
            assertThat(Integer.parseInt(RawTls.header(head, "Retry-After"))).isPositive();
            release.countDown();
            String answer = first.readHead();
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            first.readBody(answer);
            second.request("GET /v2/second/manifests/latest");
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
        } finally {
            release.countDown();
        }
    }
}
