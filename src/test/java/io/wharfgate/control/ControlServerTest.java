package io.wharfgate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try")
class ControlServerTest {

    private static final Task ECHO = (arguments, out) -> {
        out.progress("counting", 1, 2);
        out.line("you said " + arguments);
        out.warning("öfter \"quoted\"\nin two lines");
        return 7;
    };

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void place() {
        path = directory.resolve("control.sock");
    }

    private ControlServer serve(Map<String, Task> tasks) throws IOException {
        return ControlServer.open(path, new Tasks(tasks), () -> false);
    }

    private int ask(String task, Map<String, String> arguments, TaskOutput out) throws IOException {
        try (ControlClient client = ControlClient.connect(path).orElseThrow()) {
            return client.run(task, arguments, out);
        }
    }

    @Test
    void runsATaskAndPassesOnAllThatItSays() throws IOException {
        RecordedOutput out = new RecordedOutput();
        try (ControlServer server = serve(Map.of("echo", ECHO))) {
            assertThat(ask("echo", Map.of("a", "b\nc"), out)).isEqualTo(7);
        }
        assertThat(out.lines()).containsExactly("you said {a=b\nc}");
        assertThat(out.warnings()).containsExactly("öfter \"quoted\"\nin two lines");
        assertThat(out.progressed()).containsExactly("counting 1/2");
    }

    @Test
    void longLinesArriveWhole() throws IOException {
        RecordedOutput out = new RecordedOutput();
        String text = "x".repeat(300_000);
        try (ControlServer server = serve(Map.of("long", (arguments, to) -> {
            to.line(text);
            to.line("end");
            return 0;
        }))) {
            assertThat(ask("long", Map.of(), out)).isZero();
        }
        assertThat(out.lines()).containsExactly(text, "end");
    }

    @Test
    void tellsOfFailures() throws IOException {
        RecordedOutput out = new RecordedOutput();
        try (ControlServer server = serve(Map.of(
                "io",
                (arguments, to) -> {
                    throw new IOException("the disk is gone");
                },
                "bug",
                (arguments, to) -> {
                    throw new IllegalStateException("cannot be");
                }))) {
            assertThat(ask("io", Map.of(), out)).isEqualTo(1);
            assertThat(ask("bug", Map.of(), out)).isEqualTo(1);
            assertThat(ask("none", Map.of(), out)).isEqualTo(2);
        }
        assertThat(out.warnings().get(0)).isEqualTo("the disk is gone");
        assertThat(out.warnings().get(1)).contains("cannot be");
        assertThat(out.warnings().get(2)).contains("knows no task \"none\"");
    }

    @Test
    void onlyItsUserMayOpenIt() throws IOException {
        try (ControlServer server = serve(Map.of())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            try (var files = Files.list(directory)) {
                assertThat(files).containsExactly(path);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void whatADeadProcessLeftIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        assertThat(ControlClient.connect(path)).isEmpty();
        try (ControlServer server = serve(Map.of("echo", ECHO))) {
            assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
        }
    }

    @Test
    void aSecondServiceIsToldAndTheFirstGoesOn() throws IOException {
        try (ControlServer server = serve(Map.of("echo", ECHO))) {
            assertThatThrownBy(() -> serve(Map.of()))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("another service answers at " + path);
            assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
        }
    }

    @Test
    void aSocketThatIsAnothersByNowIsLeftAlone() throws IOException {
        try (ControlServer server = serve(Map.of())) {
            Files.delete(path);
            Files.writeString(path, "somebody else's");
        }
        assertThat(path).hasContent("somebody else's");
    }

    @Test
    void refusesPathsThatCanBeNoSocket() throws IOException {
        Path tooLong = directory.resolve("x".repeat(100));
        assertThatThrownBy(() -> ControlServer.open(tooLong, new Tasks(Map.of()), () -> false))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("set ops.control to a shorter one");
        Files.writeString(path, "a file");
        assertThatThrownBy(() -> serve(Map.of()))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("is no socket");
        assertThat(path).hasContent("a file");
    }

    @Test
    void nobodyIsThere() throws IOException {
        assertThat(ControlClient.connect(path)).isEmpty();
        assertThat(ControlClient.connect(directory.resolve("none/at/all"))).isEmpty();
    }

    @Test
    void leavingCancels() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (ControlServer server = serve(Map.of("wait", until(begun, ended)))) {
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                client.write(bytes("{\"task\":\"wait\",\"arguments\":{}}\n"));
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingTellsTasksAndWaitsForThem() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ControlServer server = serve(Map.of("wait", until(begun, ended)));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(bytes("{\"task\":\"wait\"}\n"));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(ended.getCount()).isZero();
        }
    }

    @Test
    void tasksEndWhenTheServiceIsAboutToStop() throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (ControlServer server =
                        ControlServer.open(path, new Tasks(Map.of("wait", until(begun, ended))), stopping::get);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(bytes("{\"task\":\"wait\"}\n"));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            stopping.set(true);
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nonsenseDoesNotHarmOthers() throws IOException {
        try (ControlServer server = serve(Map.of("echo", ECHO))) {
            for (String nonsense : new String[] {"GET / HTTP/1.1\n", "\n", "{}\n", "{\"task\":1}\n", "[[[", "null\n"}) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                    client.write(bytes(nonsense));
                    client.shutdownOutput();
                    assertThat(client.read(ByteBuffer.allocate(100))).isEqualTo(-1);
                }
            }
            assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
        }
    }

    @Test
    void whoAsksForNothingKeepsNobodyOut() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try (ControlServer server = serve(Map.of("echo", ECHO))) {
            for (int i = 0; i < 20; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
        } finally {
            for (SocketChannel each : idle) {
                each.close();
            }
        }
    }

    @Test
    void onlySoManyTasksRunAtOnceAndThereIsRoomAgainAfterwards() throws Exception {
        CountDownLatch begun = new CountDownLatch(8);
        CountDownLatch ended = new CountDownLatch(8);
        List<SocketChannel> clients = new ArrayList<>();
        try (ControlServer server = serve(Map.of("wait", until(begun, ended), "echo", ECHO))) {
            for (int i = 0; i < 8; i++) {
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                clients.add(client);
                client.write(bytes("{\"task\":\"wait\"}\n"));
            }
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            RecordedOutput refused = new RecordedOutput();
            assertThat(ask("echo", Map.of(), refused)).isEqualTo(1);
            assertThat(refused.warnings()).singleElement().asString().contains("8 commands to run already");
            for (SocketChannel each : clients) {
                each.close();
            }
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            await().untilAsserted(() ->
                    assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7));
        }
    }

    /** As a pager does at which nobody turns the page. */
    @Test
    void whoDoesNotReadHoldsUpNobodyButHimself() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (ControlServer server = serve(Map.of("talk", talking(done), "echo", ECHO))) {
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                client.write(bytes("{\"task\":\"talk\"}\n"));
                for (int i = 0; i < 5; i++) {
                    assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
                }
                assertThat(done.getCount()).isOne();
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A collection holds a lock that the scheduled ones wait for. */
    @Test
    void whoNeverReadsEndsHisTask() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ControlServer server = ControlServer.open(
                        path, new Tasks(Map.of("talk", talking(ended))), () -> false, Duration.ofMillis(200));
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(bytes("{\"task\":\"talk\"}\n"));
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aMessageWithoutAnEndIsCutOff() throws IOException {
        try (ControlServer server = serve(Map.of("echo", ECHO));
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer much = ByteBuffer.allocate(1 << 16);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            client.write(much.clear());
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(ask("echo", Map.of(), new RecordedOutput())).isEqualTo(7);
        }
    }

    @Test
    void aServiceThatGoesAwayIsAnError() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread answering = new Thread(() -> {
                try (SocketChannel accepted = server.accept()) {
                    accepted.read(ByteBuffer.allocate(1000));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            answering.start();
            assertThatThrownBy(() -> ask("echo", Map.of(), new RecordedOutput()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the service has broken this off");
            answering.join();
        }
    }

    /** Talks until it is cancelled. */
    private static Task talking(CountDownLatch ended) {
        return (arguments, out) -> {
            while (!out.cancelled()) {
                out.line("x".repeat(10_000));
            }
            ended.countDown();
            return 0;
        };
    }

    private static Task until(CountDownLatch begun, CountDownLatch ended) {
        return (arguments, out) -> {
            begun.countDown();
            while (!out.cancelled()) {
                Thread.onSpinWait();
            }
            ended.countDown();
            return 1;
        };
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
