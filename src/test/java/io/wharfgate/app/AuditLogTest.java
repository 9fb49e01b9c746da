package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.config.LogConfig;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log of the whole service. */
class AuditLogTest {

    private static final String WRONG = "wrong-battery-8";

    @TempDir
    private Path directory;

    private Path file;
    private WharfgateConfig config;

    @BeforeEach
    void configure() throws Exception {
        file = directory.resolve("audit.log");
        RunningService.Setup setup = RunningService.Setup.in(directory);
        setup.addUser(RunningService.USER, RunningService.PASSWORD);
        config = auditing(setup.config(), file);
    }

    static WharfgateConfig auditing(WharfgateConfig config, Path file) {
        return new WharfgateConfig(
                config.server(),
                config.tls(),
                config.auth(),
                config.storage(),
                config.registry(),
                config.upstream(),
                config.ops(),
                new LogConfig(config.log().format(), config.log().level(), true, Optional.of(file)));
    }

    private static RegistryClient client(Wharfgate service) throws Exception {
        return new RegistryUnderTest(
                        URI.create("https://localhost:" + service.port()),
                        RunningService.trusting(service.ownAuthority().orElseThrow()),
                        RunningService.USER,
                        RunningService.PASSWORD)
                .client();
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void pushAndPullAreThereWithTagAndDigest() throws Exception {
        Digest digest;
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            RegistryClient client = client(service);
            digest = client.pushImage("team/app", "v1").digest();
            client.get("/v2/team/app/manifests/v1");
            client.delete("/v2/team/app/manifests/v1");
            client.get("/v2/");
        }
        assertThat(lines())
                .extracting(line -> line.path("operation").asText())
                .containsExactly(
                        "upload.start",
                        "blob.push",
                        "upload.start",
                        "blob.push",
                        "manifest.push",
                        "manifest.pull",
                        "tag.delete");
        assertThat(lines())
                .allMatch(line -> line.path("user").asText().equals(RunningService.USER)
                        && line.path("credential").asText().equals("password")
                        && line.path("result").asText().equals("success")
                        && line.path("repository").asText().equals("team/app"));
        JsonNode push = lines().get(4);
        assertThat(push.path("tag").asText()).isEqualTo("v1");
        assertThat(push.path("digest").asText()).isEqualTo(digest.toString());
        assertThat(push.path("bytes_received").asLong()).isPositive();
        assertThat(push.path("status").asInt()).isEqualTo(201);
        JsonNode pull = lines().get(5);
        assertThat(pull.path("digest").asText()).isEqualTo(digest.toString());
        assertThat(pull.path("bytes_sent").asLong())
                .isEqualTo(push.path("bytes_received").asLong());
    }

    @Test
    void denialsNameTheRuleAndTheAnonymousHaveNoName() throws Exception {
        Files.writeString(config.auth().access(), """
                rules:
                  - {users: anonymous, repositories: "public/**", actions: [pull, list]}
                  - {users: tester, repositories: ["public/**", "team/**"], actions: [pull, push, list]}
                """);
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            RegistryClient client = client(service);
            client.anonymously("GET", "/v2/public/x/tags/list");
            client.anonymously("GET", "/v2/team/app/tags/list");
            client.delete("/v2/team/app/manifests/v1");
            client.get("/v2/elsewhere/tags/list");
        }
        assertThat(lines())
                .extracting(line -> line.path("user").asText() + " "
                        + line.path("credential").asText() + " "
                        + line.path("operation").asText() + " "
                        + line.path("result").asText() + " "
                        + line.path("status") + " " + line.path("reason").asText())
                .containsExactly(
                        "null none tag.list failed 404 ",
                        "null none tag.list unauthorized 401 no rule of access.yaml allows pull",
                        "tester password tag.delete denied 403 no rule of access.yaml allows delete",
                        "tester password tag.list denied 403 no rule of access.yaml allows pull");
    }

    @Test
    void noSecretIsInIt() throws Exception {
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            RegistryClient client = client(service);
            client.as(RunningService.USER, WRONG, "/v2/team/app/tags/list");
            client.as("nobody", WRONG, "/v2/");
            String token = "?token=" + WRONG + "&account=x&password=" + WRONG;
            client.get("/v2/team/app/manifests/v1" + token);
            client.post("/v2/team/app/blobs/uploads/" + token, new byte[0]);
            client.get("/v2/team/app/tags/list", "Cookie", "session=" + WRONG, "X-Api-Key", WRONG);
            client.get("/v2/team/app/tags/list", "User-Agent", WRONG, "Referer", "https://" + WRONG);
            client.anonymously("GET", "/v2/");
        }
        String text = Files.readString(file);
        for (String secret : List.of(
                RunningService.PASSWORD,
                WRONG,
                base64(RunningService.USER, RunningService.PASSWORD),
                base64(RunningService.USER, WRONG),
                base64("nobody", WRONG))) {
            assertThat(text).doesNotContain(secret);
        }
        assertThat(lines()).hasSize(7);
        assertThat(lines().get(0).path("operation").asText()).isEqualTo("login.failed");
        assertThat(lines().get(0).path("user").isNull()).isTrue();
        assertThat(lines().get(0).path("reason").asText()).contains(RunningService.USER);
    }

    private static String base64(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void hangUpOpensTheFileAnew() throws Exception {
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            Files.move(file, directory.resolve("audit.log.1"));
            RunningService.reload(service);
            await().until(() -> Files.exists(file));
            client(service).get("/v2/_catalog");
        }
        assertThat(lines()).hasSize(1);
    }

    @Test
    void serviceDoesNotStartWithoutTheLogThatItIsToKeep() {
        Path none = directory.resolve("none/audit.log");
        assertThatThrownBy(() -> Wharfgate.of(auditing(config, none)).start())
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("log.audit: " + none + " cannot be made");
    }

    @Test
    void everyOperationAndFieldIsDocumented() throws Exception {
        String documented = Files.readString(Path.of("docs/audit-log.md"));
        for (io.wharfgate.gateway.AuditOperation operation : io.wharfgate.gateway.AuditOperation.values()) {
            assertThat(documented).contains("`" + operation + "`");
        }
        try (Wharfgate service = Wharfgate.of(config)) {
            service.start();
            client(service).as("nobody", WRONG, "/v2/");
        }
        lines().get(0)
                .fieldNames()
                .forEachRemaining(name -> assertThat(documented).contains("| `" + name + "` |"));
    }
}
