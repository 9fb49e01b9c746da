package io.wharfgate.tls.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.tls.SelfSigned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {

    @TempDir
    static Path shared;

    @TempDir
    private Path root;

    private static X509Certificate authority;
    private static String pem;

    @BeforeAll
    static void makeAuthority() throws Exception {
        SelfSigned selfSigned = new SelfSigned(shared, Clock.systemUTC());
        authority = selfSigned.ensure(List.of()).identity().chain().get(1);
        pem = Files.readString(selfSigned.authorityCertificate());
    }

    private static TrustStep step(String host, TrustTarget target) {
        return new TrustPlan(RegistryHost.parse(host), List.of(authority)).step(target);
    }

    private static List<String> paths(String host, TrustTarget target) {
        return step(host, target).files().stream().map(f -> f.path().toString()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:5443, DOCKER, /etc/docker/certs.d/localhost:5443/ca.crt",
        "[::1]:5443, DOCKER, /etc/docker/certs.d/[::1]:5443/ca.crt",
        "localhost:5443, PODMAN, /etc/containers/certs.d/localhost:5443/ca.crt",
        "localhost:5443, DEBIAN, /usr/local/share/ca-certificates/wharfgate-localhost-5443.crt",
        "[::1]:5443, DEBIAN, /usr/local/share/ca-certificates/wharfgate-1-5443.crt",
        "r.example.com:5000, RHEL, /etc/pki/ca-trust/source/anchors/wharfgate-r.example.com-5000.crt"
    })
    void eachClientFindsTheAuthorityWhereItLooks(String host, TrustTarget target, String path) {
        assertThat(step(host, target).files()).containsExactly(new TrustStep.TextFile(Path.of(path), pem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"r.example.com", "r.example.com:443"})
    void forPort443BothSpellingsOfTheDirectoryAreMade(String host) {
        assertThat(paths(host, TrustTarget.DOCKER))
                .containsExactly(
                        "/etc/docker/certs.d/r.example.com/ca.crt", "/etc/docker/certs.d/r.example.com:443/ca.crt");
    }

    @Test
    void containerdGetsAHostsFileThatNamesTheAuthority() {
        TrustStep step = step("localhost:5443", TrustTarget.CONTAINERD);

        assertThat(step.files())
                .containsExactly(
                        new TrustStep.TextFile(Path.of("/etc/containerd/certs.d/localhost:5443/ca.crt"), pem),
                        new TrustStep.TextFile(Path.of("/etc/containerd/certs.d/localhost:5443/hosts.toml"), """
                                server = "https://localhost:5443"

                                [host."https://localhost:5443"]
                                  capabilities = ["pull", "resolve", "push"]
                                  ca = "/etc/containerd/certs.d/localhost:5443/ca.crt"
                                """));
        assertThat(step.why()).anyMatch(line -> line.contains("config_path = \"/etc/containerd/certs.d\""));
    }

    @Test
    void systemStoresAreToldToReadTheirFiles() {
        assertThat(step("a", TrustTarget.DEBIAN).commands()).containsExactly(List.of("update-ca-certificates"));
        assertThat(step("a", TrustTarget.RHEL).commands()).containsExactly(List.of("update-ca-trust", "extract"));
    }

    @Test
    void severalAuthoritiesAreSeveralFilesInASystemStore() {
        TrustPlan plan = new TrustPlan(RegistryHost.parse("a"), List.of(authority, authority));

        assertThat(plan.step(TrustTarget.DEBIAN).files())
                .extracting(f -> f.path().getFileName().toString())
                .containsExactly("wharfgate-a.crt", "wharfgate-a-2.crt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":5443",
                "https://localhost:5443",
                "localhost:5443/v2",
                "localhost:",
                "localhost:0",
                "localhost:65536",
                "localhost:5443:1",
                "a b",
                "user@host",
                "a'b",
                "a;rm -rf /",
                "$(id)",
                "`id`",
                "..",
                "../../etc",
                "a..b",
                "-rf",
                "a\nb",
                "::1",
                "[::1",
                "[]",
                "[::1%eth0]:1",
                "a\0",
                "ho\"st"
            })
    void whatIsNoHostIsRefused(String text) {
        assertThatThrownBy(() -> RegistryHost.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not host or host:port");
    }

    @Test
    void aTargetThatIsNoneIsAnsweredWithThoseThereAre() {
        assertThat(TrustTarget.of("Docker")).isEqualTo(TrustTarget.DOCKER);
        assertThatThrownBy(() -> TrustTarget.of("dokcer"))
                .hasMessageContaining("docker, containerd, podman, debian, rhel");
    }

    @Test
    void shellWordsAreQuoted() {
        assertThat(TrustScript.quoted("/etc/docker/certs.d/a:1/ca.crt")).isEqualTo("/etc/docker/certs.d/a:1/ca.crt");
        assertThat(TrustScript.quoted("[::1]:5443")).isEqualTo("'[::1]:5443'");
        assertThat(TrustScript.quoted("a'b $(id)")).isEqualTo("'a'\\''b $(id)'");
        assertThat(TrustScript.quoted("")).isEqualTo("''");
    }

    /** Runs the script in a real shell, with its directories moved below a temporary root, and without root rights. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost:5443", "[::1]:5443", "registry.example.com"})
    void theScriptWritesWhatTheStepsSay(String host) throws Exception {
        List<TrustStep> steps = List.of(step(host, TrustTarget.DOCKER), step(host, TrustTarget.CONTAINERD));
        String script = TrustScript.of(steps).replace("/etc/", root + "/etc/").replace("sudo ", "");

        assertThat(run(script)).isZero();

        for (TrustStep.TextFile file :
                steps.stream().flatMap(s -> s.files().stream()).toList()) {
            Path written = root.resolve(Path.of("/").relativize(file.path()));
            assertThat(Files.readString(written).replace(root + "/etc/", "/etc/"))
                    .isEqualTo(file.text());
        }
    }

    private static int run(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
        shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        shell.getInputStream().readAllBytes();
        return shell.waitFor();
    }

    @ParameterizedTest
    @EnumSource(TrustTarget.class)
    void installingBelowARootWritesTheFilesAndRunsNothing(TrustTarget target) throws Exception {
        TrustStep step = step("localhost:5443", target);

        List<String> done = new TrustInstaller(root).install(step);

        for (TrustStep.TextFile file : step.files()) {
            Path written = root.resolve(Path.of("/").relativize(file.path()));
            assertThat(Files.readString(written)).isEqualTo(file.text());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written)))
                    .isEqualTo("rw-r--r--");
            assertThat(done).contains("wrote " + written);
        }
        assertThat(done).noneMatch(line -> line.startsWith("ran "));
    }

    @Test
    void installingTwiceChangesNothing() throws Exception {
        TrustInstaller installer = new TrustInstaller(root);
        TrustStep step = step("localhost:5443", TrustTarget.DOCKER);
        installer.install(step);

        assertThat(installer.install(step)).singleElement().asString().startsWith("unchanged ");
    }

    @Test
    void commandsRunOnTheMachineItselfAndTheirFailureIsTold() throws Exception {
        TrustInstaller installer = new TrustInstaller(Path.of("/"));
        TrustStep good = new TrustStep(TrustTarget.DEBIAN, List.of(), List.of(), List.of(List.of("true")));
        TrustStep bad = new TrustStep(TrustTarget.DEBIAN, List.of(), List.of(), List.of(List.of("false")));

        assertThat(installer.install(good)).containsExactly("ran true");
        assertThatThrownBy(() -> installer.install(bad))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'false' failed with exit code 1");
    }
}
