package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.secret.Secret;
import io.wharfgate.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules between keys, and what this version refuses. */
class SectionsTest {

    @TempDir
    private Path directory;

    @Test
    void aCertificateFileMayHoldItsKey() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  certificate: /a.pem")
                        .config()
                        .tls())
                .isEqualTo(new TlsConfig.Files(Path.of("/a.pem"), Path.of("/a.pem"), Optional.empty()));
    }

    @Test
    void thePassphraseIsReadAndStaysHidden() throws Exception {
        Files.writeString(directory.resolve("pw"), "hunter2\n");
        var fixture = Fixture.in(directory).file("tls:", "  certificate: a", "  key: b", "  key-password-file: ../pw");
        assertThat(fixture.config().tls())
                .isEqualTo(new TlsConfig.Files(
                        directory.resolve("etc/a"), directory.resolve("etc/b"), Optional.of(Secret.of("hunter2"))));
        assertThat(fixture.config().toString() + fixture.loaded().toYaml()).doesNotContain("hunter2");
    }

    @Test
    void aPassphraseFileMustBeThereAndHoldOne() throws IOException {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  certificate: a", "  key-password-file: gone")
                        .mistakes())
                .containsExactly(
                        "etc/w.yaml:3: tls.key-password-file: names no file; write the path of the file with the"
                                + " password");
        Files.writeString(directory.resolve("etc/empty"), "\n");
        assertThat(Fixture.in(directory)
                        .file("tls:", "  certificate: a", "  key-password-file: empty")
                        .mistakes())
                .containsExactly(
                        "etc/w.yaml:3: tls.key-password-file: names an empty file; write the key's password into"
                                + " it");
    }

    @Test
    void oneWayToACertificateOnly() {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  off: true", "  certificate: a", "  self-signed: [a]")
                        .mistakes())
                .hasSize(2);
        assertThat(Fixture.in(directory)
                        .variable("WHARFGATE_TLS_OFF", "true")
                        .file("tls:", "  self-signed: [a]")
                        .mistakes())
                .containsExactly(
                        "WHARFGATE_TLS_OFF: tls.off: cannot stand beside tls.self-signed (etc/w.yaml:2); keep one"
                                + " of tls.certificate, tls.self-signed and tls.off");
    }

    @Test
    void offFalseGoesWithTheOthers() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("tls:", "  off: false", "  self-signed: [a]")
                        .config()
                        .tls())
                .isInstanceOf(TlsConfig.SelfSigned.class);
    }

    @Test
    void selfSignedNeedsAName() {
        assertThat(Fixture.in(directory).file("tls:", "  self-signed: []").mistakes())
                .containsExactly(
                        "etc/w.yaml:2: tls.self-signed: names no host; write at least one, such as [localhost]");
    }

    @Test
    void aMissingNameInTheCertificateIsAWarning() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("server:", "  external-url: https://r.example.com", "tls:", "  self-signed: [localhost]")
                        .warnings())
                .containsExactly("etc/w.yaml:4: tls.self-signed: lacks the host of server.external-url, so clients will"
                        + " refuse the certificate; add \"r.example.com\"");
        assertThat(Fixture.in(directory)
                        .file(
                                "server:",
                                "  external-url: https://r.example.com",
                                "tls:",
                                "  self-signed: ['*.example.com']")
                        .warnings())
                .isEmpty();
    }

    @Test
    void rulesThatAreNamedAndMissingAreToldAtEachStart() throws Exception {
        assertThat(Fixture.in(directory).file("auth:", "  access: rules.yaml").warnings())
                .containsExactly("etc/w.yaml:2: auth.access: " + directory.resolve("etc/rules.yaml")
                        + " does not exist, so every user may do everything");
        assertThat(Fixture.in(directory).file("auth:", "  realm: x").warnings()).isEmpty();
    }

    @Test
    void tokensAreIssuedForTheExternalHost() throws Exception {
        var fixture = Fixture.in(directory);
        assertThat(fixture.config().auth().token().service()).isEqualTo("wharfgate");
        fixture.file("server:", "  external-url: https://r.example.com:8443");
        assertThat(fixture.config().auth().token().service()).isEqualTo("r.example.com:8443");
    }

    @Test
    void tokensLiveLongerThanClientsTakeToUseThem() {
        assertThat(Fixture.in(directory)
                        .file("auth:", "  token:", "    expiry: 30s")
                        .mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:3: auth.token.expiry: ");
    }

    @Test
    void twoListenersCannotShareAnAddress() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("server:", "  listen: :5000", "ops:", "  listen: 127.0.0.1:5000")
                        .mistakes())
                .containsExactly(
                        "etc/w.yaml:4: ops.listen: 127.0.0.1:5000 is taken by server.listen (etc/w.yaml:2); give"
                                + " each its own port");
        assertThat(Fixture.in(directory)
                        .file("server:", "  listen: :0", "ops:", "  listen: 127.0.0.1:0")
                        .config()
                        .ops()
                        .listen())
                .isPresent();
        assertThat(Fixture.in(directory)
                        .file("server:", "  listen: 127.0.0.1:1", "ops:", "  listen: 127.0.0.2:1")
                        .config()
                        .ops()
                        .listen())
                .isPresent();
    }

    @Test
    void aRedirectNeedsAnHttpsToGoTo() throws ConfigurationException {
        List<String> plain = List.of("tls: {off: true}", "server:", "  listen: localhost:1", "  redirect-http: :2");
        assertThat(Fixture.in(directory).file(plain.toArray(String[]::new)).mistakes())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:4: server.redirect-http: redirects to HTTPS, but tls.off is true");
        assertThat(Fixture.in(directory)
                        .file(String.join("\n", plain), "  external-url: https://a")
                        .warnings())
                .isEmpty();
    }

    @Test
    void plainPasswordsOnTheNetworkAreAWarning() throws ConfigurationException {
        assertThat(Fixture.in(directory).file("tls: {off: true}").warnings())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:1: tls.off: passwords cross the network unencrypted");
        assertThat(Fixture.in(directory)
                        .file("tls: {off: true}", "server: {listen: '127.0.0.1:5000'}")
                        .warnings())
                .isEmpty();
    }

    @Test
    void believingEverybodyIsAWarning() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("server:", "  trusted-proxies: [0.0.0.0/0]")
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("etc/w.yaml:2: server.trusted-proxies: believes forwarded headers from everybody");
    }

    @Test
    void pathsAreNotExpanded() {
        assertThat(Fixture.in(directory)
                        .file("auth:", "  htpasswd: ~/users", "storage:", "  filesystem: {root: \"${HOME}/x\"}")
                        .mistakes())
                .satisfiesExactly(
                        line -> assertThat(line).contains("starts with ~, which is not expanded"),
                        line -> assertThat(line).contains("has a variable in it, which is not expanded"));
    }

    @Test
    void aRealmFitsIntoAHeader() {
        assertThat(Fixture.in(directory).file("auth:", "  realm: \"a\\r\\nb\"").mistakes())
                .hasSize(1);
    }
}
