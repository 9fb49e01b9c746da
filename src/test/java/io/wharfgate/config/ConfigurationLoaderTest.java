package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.tls.TlsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {

    @TempDir
    private Path directory;

    @Test
    void withoutAnythingTheDefaultsAreACompleteRegistryBelowTheWorkingDirectory() throws ConfigurationException {
        WharfgateConfig config = Fixture.in(directory).config();
        Path data = directory.resolve("wharfgate-data");
        assertThat(config.server().listen()).isEqualTo(new ListenAddress("0.0.0.0", 5443));
        assertThat(config.server().dataDirectory()).isEqualTo(data);
        assertThat(config.server().limits().stallTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.server().limits().drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.server().limits().socketBuffer()).isEqualTo(128 * 1024);
        assertThat(config.tls())
                .isEqualTo(new TlsConfig.SelfSigned(List.of("localhost", "127.0.0.1", "::1"), data.resolve("tls")));
        assertThat(config.auth())
                .isEqualTo(new AuthConfig(
                        "Wharfgate",
                        data.resolve("htpasswd"),
                        true,
                        data.resolve("access.yaml"),
                        AuthConfig.Challenge.AUTO,
                        Duration.ofMinutes(5),
                        true,
                        new AuthConfig.Token(
                                data.resolve("token-keys.json"),
                                "wharfgate",
                                Duration.ofMinutes(5),
                                Duration.ofDays(30)),
                        data.resolve("personal-tokens.json")));
        assertThat(config.storage().root()).isEqualTo(data.resolve("registry"));
        assertThat(config.registry().delete()).isTrue();
        assertThat(config.ops().listen()).isEmpty();
        assertThat(config.log())
                .isEqualTo(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.INFO, true, Optional.empty()));
    }

    @Test
    void whatHasNoPlaceOfItsOwnFollowsTheDataDirectory() throws ConfigurationException {
        WharfgateConfig config =
                Fixture.in(directory).file("server:", "  data-directory: /data").config();
        assertThat(config.storage().root()).isEqualTo(Path.of("/data/registry"));
        assertThat(config.auth().htpasswd()).isEqualTo(Path.of("/data/htpasswd"));
        assertThat(config.auth().defaultHtpasswd()).isTrue();
        assertThat(config.tls())
                .isInstanceOfSatisfying(
                        TlsConfig.SelfSigned.class,
                        tls -> assertThat(tls.directory()).isEqualTo(Path.of("/data/tls")));
    }

    @Test
    void aRelativePathStartsAtTheFilesDirectoryOrAtTheWorkingDirectory() throws ConfigurationException {
        WharfgateConfig config = Fixture.in(directory)
                .variable("WHARFGATE_STORAGE_FILESYSTEM_ROOT", "./blobs")
                .file("auth:", "  htpasswd: ./users")
                .config();
        assertThat(config.auth().htpasswd()).isEqualTo(directory.resolve("etc/users"));
        assertThat(config.auth().defaultHtpasswd()).isFalse();
        assertThat(config.storage().root()).isEqualTo(directory.resolve("blobs"));
        assertThat(config.server().dataDirectory()).isEqualTo(directory.resolve("wharfgate-data"));
    }

    @Test
    void dotDotStaysBecauseOfSymbolicLinks() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("auth:", "  htpasswd: ../users")
                        .config()
                        .auth()
                        .htpasswd())
                .isEqualTo(directory.resolve("etc/../users"));
    }

    @Test
    void ownVariablesOverrideThoseOfRegistry2AndTheyOverrideTheFile() throws ConfigurationException {
        var fixture = Fixture.in(directory).file("server:", "  listen: :1");
        assertThat(fixture.config().server().listen().port()).isEqualTo(1);
        fixture.variable("REGISTRY_HTTP_ADDR", ":2");
        assertThat(fixture.config().server().listen().port()).isEqualTo(2);
        fixture.variable("WHARFGATE_SERVER_LISTEN", ":3");
        assertThat(fixture.config().server().listen().port()).isEqualTo(3);
    }

    @Test
    void aMistakeInAnOverriddenValueIsAMistake() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_SERVER_LISTEN", ":3")
                        .file("server:", "  listen: nonsense")
                        .mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:2: server.listen:");
    }

    @Test
    void filesAreSearchedFromTheNamedOneToTheSystems() throws Exception {
        var environment = Map.of("WHARFGATE_CONFIG", "b.yaml");
        Path system = directory.resolve("c.yaml");
        Files.writeString(directory.resolve("a.yaml"), "auth: {realm: a}");
        Files.writeString(directory.resolve("b.yaml"), "auth: {realm: b}");
        Files.writeString(system, "auth: {realm: c}");
        assertThat(realm(environment, system, Optional.of("a.yaml"))).isEqualTo("a");
        assertThat(realm(environment, system, Optional.empty())).isEqualTo("b");
        assertThat(realm(Map.of("WHARFGATE_CONFIG", ""), system, Optional.empty()))
                .isEqualTo("c");
        assertThat(realm(Map.of(), directory.resolve("none"), Optional.empty())).isEqualTo("Wharfgate");
    }

    @Test
    void aNamedFileThatIsNotThereIsAMistake() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_CONFIG", "gone.yaml")
                        .systemFile("")
                        .mistakes())
                .containsExactly("gone.yaml (from WHARFGATE_CONFIG): there is no such file; check the name");
    }

    @Test
    void aDirectoryIsNoFile() {
        assertThat(Fixture.in(directory).variable("WHARFGATE_CONFIG", ".").mistakes())
                .containsExactly(". (from WHARFGATE_CONFIG): is a directory; name the configuration file in it");
    }

    @Test
    void aNameThatIsNoPathIsAMistakeToo() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_CONFIG", "a\u0000b")
                        .mistakes())
                .containsExactly("a\\u0000b (from WHARFGATE_CONFIG): cannot be a file name; check it");
    }

    @Test
    void theHostOfTheExternalUrlComesIntoTheCertificateByItself() throws ConfigurationException {
        var fixture = Fixture.in(directory).file("server:", "  external-url: https://Reg.example.com:8443/");
        assertThat(fixture.config().tls())
                .isInstanceOfSatisfying(
                        TlsConfig.SelfSigned.class,
                        tls -> assertThat(tls.names())
                                .containsExactly("localhost", "127.0.0.1", "::1", "reg.example.com"));
        assertThat(fixture.warnings()).isEmpty();
    }

    private String realm(Map<String, String> environment, Path system, Optional<String> named)
            throws ConfigurationException {
        return new ConfigurationLoader(environment, directory, system)
                .load(named)
                .config()
                .auth()
                .realm();
    }
}
