package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.ServerConfig.Cidr;
import io.wharfgate.tls.TlsConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Key.class)
    void everyKeyHasAVariable(Key key) {
        // A value that no key takes: if the variable were not read, nothing would be wrong with it.
        String nothing = key.form() == Key.Form.LIST ? "a b" : key.leaf().equals("realm") ? "\u00e4" : "${x}\u0000";
        assertThat(Fixture.in(directory).variable(key.variable(), nothing).mistakes())
                .anyMatch(line -> line.startsWith(key.variable() + ": " + (key.upstream() ? "upstream" : key.path())));
        assertThat(key.variable()).isEqualTo("WHARFGATE_" + key.name());
    }

    @Test
    void listsAreWrittenWithCommas() throws Exception {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1,")
                        .config()
                        .server()
                        .trustedProxies())
                .containsExactly(
                        new Cidr(InetAddress.getByAddress(new byte[] {10, 0, 0, 0}), 8),
                        new Cidr(InetAddress.getLoopbackAddress(), 32));
    }

    @Test
    void anEmptyVariableIsNotSet() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_LOG_LEVEL", "")
                        .variable("WHARFGATE_TLS_KEY", " ")
                        .variable("REGISTRY_PROXY_REMOTEURL", "")
                        .variable("WHARFGATE_TYPO", "")
                        .warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "WHARFGATE_SERVER_LISTENS, WHARFGATE_SERVER_LISTEN",
        "WHARFGATE_SEVER_LISTEN, WHARFGATE_SERVER_LISTEN",
        "WHARFGATE_REALM, WHARFGATE_AUTH_REALM",
        "WHARFGATE_HTPASSWD, WHARFGATE_AUTH_HTPASSWD",
        "WHARFGATE_STORAGE_ROOT, WHARFGATE_STORAGE_FILESYSTEM_ROOT"
    })
    void anUnknownVariableIsAWarningWithASuggestion(String name, String suggestion) throws ConfigurationException {
        assertThat(Fixture.in(directory).variable(name, "hunter2").warnings())
                .containsExactly(name + ": unknown variable, has no effect; did you mean " + suggestion + "?");
    }

    @Test
    void whatKubernetesInjectsIsOneWarning() throws ConfigurationException {
        var fixture = Fixture.in(directory)
                .variable("WHARFGATE_PORT", "tcp://10.0.0.1:5443")
                .variable("WHARFGATE_SERVICE_HOST", "10.0.0.1")
                .variable("WHARFGATE_SERVICE_PORT_HTTPS", "5443")
                .variable("WHARFGATE_UI_SERVICE_HOST", "10.0.0.1")
                .variable("WHARFGATE_PORT_5443_TCP_ADDR", "10.0.0.1");
        assertThat(fixture.warnings())
                .singleElement()
                .asString()
                .startsWith("WHARFGATE_PORT: and 4 more like it have no effect here: Kubernetes or Docker made them");
    }

    @Test
    void variablesThatAreNoKeysAreKnown() throws ConfigurationException {
        assertThat(Fixture.in(directory).variable("WHARFGATE_DEBUG", "1").warnings())
                .isEmpty();
    }

    @Test
    void theVariablesOfRegistry2AreTakenOver() throws ConfigurationException {
        var fixture = Fixture.in(directory)
                .variable("REGISTRY_HTTP_ADDR", ":5000")
                .variable("REGISTRY_HTTP_TLS_CERTIFICATE", "/certs/domain.crt")
                .variable("REGISTRY_HTTP_TLS_KEY", "/certs/domain.key")
                .variable("REGISTRY_HTTP_SECRET", "hunter2")
                .variable("REGISTRY_AUTH", "htpasswd")
                .variable("REGISTRY_AUTH_HTPASSWD_REALM", "Registry Realm")
                .variable("REGISTRY_AUTH_HTPASSWD_PATH", "/auth/htpasswd")
                .variable("REGISTRY_STORAGE", "filesystem")
                .variable("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/var/lib/registry")
                .variable("REGISTRY_STORAGE_DELETE_ENABLED", "false");
        WharfgateConfig config = fixture.config();
        assertThat(fixture.warnings()).isEmpty();
        assertThat(config.server().listen()).hasToString("0.0.0.0:5000");
        assertThat(config.tls())
                .isEqualTo(new TlsConfig.Files(
                        Path.of("/certs/domain.crt"), Path.of("/certs/domain.key"), Optional.empty()));
        assertThat(config.auth().realm()).isEqualTo("Registry Realm");
        assertThat(config.auth().htpasswd()).isEqualTo(Path.of("/auth/htpasswd"));
        assertThat(config.storage().root()).isEqualTo(Path.of("/var/lib/registry"));
        assertThat(config.registry().delete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REGISTRY_STORAGE", "REGISTRY_STORAGE_S3_SECRETKEY", "REGISTRY_STORAGE_AZURE_ACCOUNTKEY",
                        "REGISTRY_STORAGE_GCS",
                "REGISTRY_STORAGE_INMEMORY", "REGISTRY_AUTH", "REGISTRY_AUTH_TOKEN_REALM", "REGISTRY_AUTH_SILLY_REALM",
                "REGISTRY_PROXY_REMOTEURL", "REGISTRY_PROXY_PASSWORD"
            })
    void whatWouldPutDataOrUsersElsewhereIsRefused(String name) {
        assertThat(Fixture.in(directory).variable(name, "hunter2").mistakes())
                .singleElement()
                .asString()
                .startsWith(name + ": this version")
                .doesNotContain("hunter2");
    }

    @Test
    void otherVariablesOfRegistry2HaveNoEffectAndSaySo() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .variable("REGISTRY_HTTP_HOST", "https://hunter2")
                        .variable("REGISTRY_NOTIFICATIONS_ENDPOINTS", "hunter2")
                        .warnings())
                .isEqualTo(List.of(
                        "REGISTRY_HTTP_HOST: has no effect here; set server.external-url or"
                                + " WHARFGATE_SERVER_EXTERNAL_URL",
                        "REGISTRY_NOTIFICATIONS_ENDPOINTS: has no effect here; remove it"));
    }

    @Test
    void halfATlsPairIsAMistake() {
        assertThat(Fixture.in(directory)
                        .variable("REGISTRY_HTTP_TLS_CERTIFICATE", "/a")
                        .mistakes())
                .containsExactly(
                        "REGISTRY_HTTP_TLS_CERTIFICATE: tls.certificate: has no key; set REGISTRY_HTTP_TLS_KEY too");
        assertThat(Fixture.in(directory).variable("REGISTRY_HTTP_TLS_KEY", "/a").mistakes())
                .containsExactly("REGISTRY_HTTP_TLS_KEY: tls.key: is set, but tls.certificate is not; set it, or"
                        + " WHARFGATE_TLS_CERTIFICATE");
    }

    @Test
    void contentWhereAPathBelongsIsNotRepeated() {
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_TLS_CERTIFICATE", "/a")
                        .variable("WHARFGATE_TLS_KEY", "-----BEGIN PRIVATE KEY-----\nhunter2")
                        .variable("WHARFGATE_AUTH_HTPASSWD", "admin:$2y$05$hunter2")
                        .variable("WHARFGATE_TLS_KEY_PASSWORD_FILE", "hunter2")
                        .mistakes())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter2"));
    }
}
