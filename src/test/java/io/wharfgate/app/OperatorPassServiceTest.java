package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.ControlClient;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.ops.OpsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes of operators at the whole service: what they open, for how long, and what they cannot be turned into. */
class OperatorPassServiceTest {

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private Wharfgate service;
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        var setup = RunningService.Setup.in(directory).plain();
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        // Bearer: anybody may read what is public, and so there is a token service.
        Files.writeString(
                directory.resolve("access.yaml"),
                "rules: [{users: anonymous, repositories: 'public/**', actions: [pull]}]");
        socket = directory.resolve("control");
        service = Wharfgate.of(withControl(setup.config()));
        service.start();
    }

    private WharfgateConfig withControl(WharfgateConfig config) {
        return new WharfgateConfig(
                config.server(),
                config.tls(),
                config.auth(),
                config.storage(),
                config.registry(),
                config.upstream(),
                new OpsConfig(Optional.empty(), 0, Optional.of(socket)),
                config.log());
    }

    @AfterEach
    void stop() {
        service.close();
    }

    /** A command that holds its connection. */
    private final class Command implements TaskOutput, AutoCloseable {

        final List<String> lines = new CopyOnWriteArrayList<>();
        private final CountDownLatch told = new CountDownLatch(2);
        private final ControlClient client;

        Command() throws IOException, InterruptedException {
            client = ControlClient.connect(socket).orElseThrow();
            Thread holder = new Thread(() -> {
                try {
                    int unused = client.run("pass", Map.of(), this);
                } catch (IOException e) {
                    lines.add("left");
                }
            });
            holder.setDaemon(true);
            holder.start();
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        }

        String pass() {
            return lines.get(1);
        }

        @Override
        public void line(String text) {
            lines.add(text);
            told.countDown();
        }

        @Override
        public void warning(String text) {
            lines.add(text);
        }

        @Override
        public void progress(String what, long done, long of) {
            // There is none.
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private int status(String path, String authorization) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", authorization)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void opensAllForAsLongAsItsCommandStays() throws Exception {
        String bearer;
        try (Command command = new Command()) {
            bearer = "Bearer " + command.pass();
            assertThat(command.lines.get(0)).isEqualTo(String.valueOf(service.port()));
            assertThat(status("/v2/_catalog", bearer)).isEqualTo(200);
            assertThat(status("/v2/secret/app/tags/list", bearer)).isEqualTo(404);
            assertThat(status(
                            "/v2/secret/app/tags/list",
                            "Bearer " + command.pass().substring(1)))
                    .isEqualTo(401);
        }
        await().untilAsserted(() -> assertThat(status("/v2/", bearer)).isEqualTo(401));
    }

    @Test
    void twoCommandsHaveTwoPasses() throws Exception {
        try (Command first = new Command()) {
            String left;
            try (Command second = new Command()) {
                left = "Bearer " + second.pass();
                assertThat(second.pass()).isNotEqualTo(first.pass());
            }
            await().untilAsserted(() -> assertThat(status("/v2/", left)).isEqualTo(401));
            assertThat(status("/v2/", "Bearer " + first.pass())).isEqualTo(200);
        }
    }

    /** A token would outlive the command. */
    @Test
    void buysNoToken() throws Exception {
        try (Command command = new Command()) {
            String path = "/auth/token?service=registry.example.com&scope=repository:secret/app:pull,push";
            assertThat(status(path, "Bearer " + command.pass())).isEqualTo(401);
        }
    }

    /** The operator's name has a colon, where a Basic login has its end of the name. */
    @Test
    void itsUserCannotLogIn() throws Exception {
        String pair = "operator:control-socket:" + RunningService.PASSWORD;
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
        assertThat(status("/v2/", basic)).isEqualTo(401);
    }
}
