package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wharfgate.auth.htpasswd.HtpasswdEditor;
import io.wharfgate.config.ConfigurationLoader;
import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.oci.Digest;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another configuration under a running service. */
class ConfigurationReloadTest {

    private static final String PASSWORD = "correct-horse-7";

    @TempDir
    private Path directory;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private Path file;
    private Wharfgate service;
    private Reloads reloads;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("wharfgate.yaml");
        user("alice", "htpasswd");
        write("");
        LoadedConfiguration loaded = new ConfigurationLoader(Map.of(), directory, directory.resolve("none"))
                .load(Optional.of(file.toString()));
        service = Wharfgate.of(loaded.config());
        SystemdNotify systemd = new SystemdNotify(Optional.of(told::add), Optional.empty());
        reloads = new Reloads(loaded, service, systemd, service.reloads());
        service.start();
        systemd.ready("serving");
    }

    @AfterEach
    void stop() {
        reloads.close();
        service.close();
    }

    private void user(String name, String htpasswd) throws Exception {
        new HtpasswdEditor(directory.resolve(htpasswd)).add(name, Secret.of(PASSWORD), HtpasswdEditor.LOWEST_COST);
    }

    /** The configuration of a service in the directory, with more lines. */
    private void write(String lines) throws IOException {
        Files.writeString(
                file, "server: {listen: '127.0.0.1:0', data-directory: '" + directory + "'}\n" + lines + "\n");
    }

    /** Asks as SIGHUP does, and waits until that is over. */
    private ReloadCount.State reload(String lines) throws IOException {
        write(lines);
        return reload();
    }

    @SuppressWarnings("ReferenceEquality") // two reloads may come to the same
    private ReloadCount.State reload() {
        ReloadCount.State before = service.reloads().state();
        reloads.ask();
        await().until(() -> service.reloads().state() != before);
        return service.reloads().state();
    }

    private RegistryUnderTest registry(String user) throws Exception {
        return new RegistryUnderTest(
                URI.create("https://localhost:" + service.port()),
                RunningService.trusting(directory.resolve("tls/ca.crt")),
                user,
                PASSWORD);
    }

    private String challenge() throws Exception {
        return registry("alice")
                .client()
                .as("nobody", "", "/v2/")
                .headers()
                .firstValue("WWW-Authenticate")
                .orElseThrow();
    }

    @Test
    void settingsTakeEffectAndARequestUnderWayGoesOnToItsEnd() throws Exception {
        byte[] content = noise(6_000_000, 1);
        Digest digest = registry("alice").client().pushBlob("slow", content);
        try (RawTls slow = RawTls.connect(registry("alice"), 8 * 1024)) {
            slow.request("GET /v2/slow/blobs/" + digest);
            assertThat(slow.readHead()).startsWith("HTTP/1.1 200 ");
            user("bob", "others");
            assertThat(reload("auth: {realm: Other, htpasswd: others}\nstorage: {delete: false}")
                            .good())
                    .isTrue();

            assertThat(challenge()).isEqualTo("Basic realm=\"Other\", charset=\"UTF-8\"");
            RegistryClient bob = registry("bob").client();
            assertThat(bob.get("/v2/").statusCode()).isEqualTo(200);
            assertThat(bob.delete("/v2/slow/blobs/" + digest).statusCode()).isEqualTo(405);
            assertThat(registry("alice").client().get("/v2/").statusCode()).isEqualTo(401);
            assertThat(service.generations())
                    .as("the one of the download still lives")
                    .isEqualTo(2);
            assertThat(slow.read(content.length)).isEqualTo(content);
        }
        await().until(() -> service.generations() == 1);
    }

    @Test
    void mistakesChangeNothingAndAreTold() throws Exception {
        user("bob", "others");
        ReloadCount.State state = reload("auth: {realm: Other, htpasswd: others, relm: x}");

        assertThat(state.good()).isFalse();
        assertThat(state.failed()).isEqualTo(1);
        assertThat(challenge()).contains("Wharfgate");
        assertThat(registry("alice").client().get("/v2/").statusCode()).isEqualTo(200);
        await().until(() -> told.get(told.size() - 1).startsWith("READY=1"));
        assertThat(told.get(told.size() - 1)).contains("was refused").contains("auth.relm: unknown key");
        assertThat(reload("auth: {realm: Other}").good()).as("mended").isTrue();
        assertThat(challenge()).contains("Other");
        await().until(() -> told.get(told.size() - 1).startsWith("READY=1\nSTATUS=serving "));
        assertThat(told.get(told.size() - 1)).doesNotContain("refused");
    }

    @Test
    void aFileThatCannotBeUsedRefusesAllOfIt() throws Exception {
        Files.writeString(directory.resolve("access.yaml"), "rules: [{users: alice, repositoris: x}]\n");
        Files.writeString(directory.resolve("crt.pem"), "no certificate");

        assertThatThrownBy(() -> take("auth: {realm: Other, htpasswd: missing}\ntls: {certificate: crt.pem}"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("tls: ")
                .hasMessageContaining("auth.htpasswd: ");
        assertThatThrownBy(() -> take("auth: {realm: Other}")).hasMessageContaining("repositoris");
        assertThat(challenge()).contains("Wharfgate");
        assertThat(service.generations()).isEqualTo(1);
    }

    private void take(String lines) throws Exception {
        write(lines);
        LoadedConfiguration loaded = new ConfigurationLoader(Map.of(), directory, directory.resolve("none"))
                .load(Optional.of(file.toString()));
        service.reload(loaded.config());
    }

    @Test
    void rulesInForceDoNotEndByAMistypedName() throws Exception {
        Files.writeString(
                directory.resolve("access.yaml"), "rules: [{users: alice, repositories: 'a/**', actions: all}]\n");
        assertThat(reload("").good()).isTrue();

        assertThat(reload("auth: {access: acces.yaml}").good()).isFalse();
        assertThat(registry("alice").client().get("/v2/b/tags/list").statusCode())
                .isEqualTo(403);
    }

    @Test
    void whatNobodyChangedIsUsedOn() throws Exception {
        AdmissionFiles files = service.current().parts().files();
        var passwords = service.current().parts().passwords();
        Tokens tokens = service.current().parts().tokens();

        reload("auth: {realm: Other, challenge: bearer}");
        assertThat(service.current().parts().files()).isSameAs(files);
        assertThat(service.current().parts().passwords()).isSameAs(passwords);
        assertThat(service.current().parts().tokens()).isSameAs(tokens);
        reload("auth: {cache-expiry: 1m}");
        assertThat(service.current().parts().files()).isSameAs(files);
        assertThat(service.current().parts().passwords()).isNotSameAs(passwords);
        assertThat(service.current().parts().tokens()).isSameAs(tokens);
    }

    @Test
    void whatNeedsARestartIsToldAndStays() throws Exception {
        int port = service.port();
        write("auth: {realm: Other}\nops: {listen: '127.0.0.1:0'}");
        assertThat(reload().good()).isTrue();

        assertThat(service.port()).isEqualTo(port);
        assertThat(service.ports()).hasSize(1);
        assertThat(challenge()).contains("Other");
        await().until(() -> told.get(told.size() - 1).startsWith("READY=1"));
        assertThat(told.get(told.size() - 1)).endsWith("a restart is needed for ops.listen");
    }

    @Test
    void theCertificateMayComeFromElsewhere() throws Exception {
        new io.wharfgate.tls.SelfSigned(directory.resolve("other"), java.time.Clock.systemUTC())
                .ensure(List.of("localhost"));
        assertThat(reload("tls: {certificate: other/server.crt, key: other/server.key}")
                        .good())
                .isTrue();

        RegistryUnderTest other = new RegistryUnderTest(
                URI.create("https://localhost:" + service.port()),
                RunningService.trusting(directory.resolve("other/ca.crt")),
                "alice",
                PASSWORD);
        assertThat(other.client().get("/v2/").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> registry("alice").raw().close()).isInstanceOf(IOException.class);
        assertThat(reload("").good()).isTrue();
        assertThat(registry("alice").client().get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void theAuditLogBeginsAndEnds() throws Exception {
        reload("log: {audit: audit.log}");
        registry("alice").client().get("/v2/_catalog");
        await().until(() -> Files.size(directory.resolve("audit.log")) > 0);
        reload("");
        await().until(() -> service.generations() == 1);
        long size = Files.size(directory.resolve("audit.log"));
        registry("alice").client().get("/v2/_catalog");
        assertThat(Files.size(directory.resolve("audit.log"))).isEqualTo(size);
    }

    @Test
    void whoAsksWhileOneRunsGetsOneMore() throws Exception {
        for (int i = 0; i < 50; i++) {
            write("auth: {realm: 'R" + i + "'}");
            reloads.ask();
        }
        await().untilAsserted(() -> assertThat(challenge()).contains("R49"));
        assertThat(service.reloads().state().failed()).isZero();
    }

    @Test
    void clientsOnKeptConnectionsLoseNothing() throws Exception {
        RegistryClient client = registry("alice").client();
        for (int i = 0; i < 40; i++) {
            write("auth: {realm: 'R" + i + "', cache-expiry: " + (i + 1) + "m}");
            reloads.ask();
            Digest digest = client.pushBlob("busy", noise(20_000, i));
            assertThat(client.get("/v2/busy/blobs/" + digest).body()).hasSize(20_000);
        }
        assertThat(service.reloads().state().good()).isTrue();
    }
}
