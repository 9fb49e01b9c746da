package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.yaml.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void makeDirectory() throws Exception {
        Files.createDirectories(directory.resolve("etc"));
    }

    @Test
    void theDefaultsLackNothing() throws ConfigurationException {
        Inspection.Report report = Inspection.of(Fixture.in(directory).loaded());
        assertThat(report.errors()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(directory.resolve("wharfgate-data")).doesNotExist();
    }

    @Test
    void aMissingCertificateIsWaitedFor() throws ConfigurationException {
        Inspection.Report report = inspect("tls:", "  certificate: a.pem");
        assertThat(report.errors()).isEmpty();
        assertThat(report.warnings())
                .singleElement()
                .hasToString("etc/w.yaml:2: tls.certificate: " + directory.resolve("etc/a.pem")
                        + " does not exist yet; the service waits for it");
    }

    @Test
    void whatIsNoCertificateIsNamed() throws Exception {
        Files.writeString(directory.resolve("etc/a.pem"), "-----BEGIN PRIVATE KEY-----\n");
        assertThat(inspect("tls:", "  certificate: a.pem").errors())
                .singleElement()
                .asString()
                .endsWith("holds no certificate in PEM form; name the file that does");
        Files.writeString(directory.resolve("etc/a.pem"), "-----BEGIN CERTIFICATE-----\n");
        assertThat(inspect("tls:", "  certificate: a.pem").errors())
                .singleElement()
                .asString()
                .startsWith("default: tls.key: ")
                .endsWith("holds no private key in PEM form; name the file that does");
        assertThat(inspect("tls:", "  certificate: .").errors())
                .singleElement()
                .asString()
                .endsWith("is not a file; name the PEM file itself");
    }

    @Test
    void aMissingPasswordFileIsAWarning() throws ConfigurationException {
        assertThat(inspect("auth:", "  htpasswd: users").warnings())
                .singleElement()
                .asString()
                .contains("wharfgate user add NAME --file");
        assertThat(inspect("auth:", "  htpasswd: .").errors()).hasSize(1);
    }

    @Test
    void aFileInTheWayOfTheStorageIsAMistake() throws Exception {
        Files.writeString(directory.resolve("etc/blocker"), "");
        assertThat(inspect("storage:", "  filesystem:", "    root: blocker/deep/below")
                        .errors())
                .singleElement()
                .hasToString("etc/w.yaml:3: storage.filesystem.root: " + directory.resolve("etc/blocker")
                        + " is not a directory; name another place, or remove what is there");
    }

    @Test
    void aDataDirectoryThatNothingNeedsMayBeImpossible() throws Exception {
        Files.writeString(directory.resolve("etc/blocker"), "");
        String data = "server: {data-directory: blocker/x}\nstorage: {filesystem: {root: .}}";
        assertThat(inspect(data).errors())
                .anyMatch(error -> error.toString().startsWith("etc/w.yaml:1: server.data-directory: "));
        assertThat(inspect(data, "tls: {off: true}", "auth: {htpasswd: gone}").errors())
                .isEmpty();
    }

    @Test
    void aGatewayNeedsNoStorage() throws Exception {
        Files.writeString(directory.resolve("wharfgate-data"), "in the way");
        assertThat(inspect("upstream: {url: 'http://localhost:1'}", "tls: {off: true}", "auth: {htpasswd: gone}")
                        .errors())
                .isEmpty();
    }

    @Test
    void theFilesForAnUpstreamHaveToBeThere() throws Exception {
        Files.writeString(directory.resolve("etc/ca.pem"), "-----BEGIN CERTIFICATE-----\n");
        Files.writeString(directory.resolve("etc/no.pem"), "hunter2");
        assertThat(inspect(
                                "upstream:",
                                "  url: https://a.example",
                                "  ca: ca.pem",
                                "  client-certificate: ca.pem",
                                "  prefixes:",
                                "    team: {url: 'https://b.example', ca: gone.pem}",
                                "    x: {url: 'https://b.example', ca: no.pem}",
                                "    y: {url: 'https://b.example', ca: .}")
                        .errors())
                .extracting(Finding::toString)
                .containsExactlyInAnyOrder(
                        "default: upstream.client-key: " + directory.resolve("etc/ca.pem")
                                + " holds no private key in PEM form; name the file that does",
                        "etc/w.yaml:6: upstream.prefixes.team.ca: " + directory.resolve("etc/gone.pem")
                                + " does not exist; name the PEM file with the certificate",
                        "etc/w.yaml:7: upstream.prefixes.x.ca: " + directory.resolve("etc/no.pem")
                                + " holds no certificate in PEM form; name the file that does",
                        "etc/w.yaml:8: upstream.prefixes.y.ca: " + directory.resolve("etc")
                                + " is not a file; name the PEM file itself");
    }

    @Test
    void theAuditLogNeedsADirectory() throws Exception {
        assertThat(inspect("log: {audit: audit.log}").errors()).isEmpty();
        assertThat(inspect("log: {audit: audit.log}").warnings()).isEmpty();
        assertThat(inspect("log: {audit: gone/audit.log}").warnings())
                .singleElement()
                .hasToString("etc/w.yaml:1: log.audit: " + directory.resolve("etc/gone")
                        + " does not exist yet; without it the service does not start");
        assertThat(inspect("log: {audit: .}").errors())
                .singleElement()
                .asString()
                .endsWith("is a directory; name a file in it");
        assertThat(directory.resolve("etc/audit.log")).doesNotExist();
    }

    private Inspection.Report inspect(String... lines) throws ConfigurationException {
        return Inspection.of(Fixture.in(directory).file(lines).loaded());
    }
}
