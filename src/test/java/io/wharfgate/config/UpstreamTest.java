package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.secret.Secret;
import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.UpstreamConfig.Credentials;
import io.wharfgate.upstream.UpstreamConfig.Headers;
import io.wharfgate.upstream.UpstreamConfig.Health;
import io.wharfgate.upstream.UpstreamConfig.Identity;
import io.wharfgate.upstream.UpstreamConfig.Limits;
import io.wharfgate.upstream.UpstreamConfig.Registry;
import io.wharfgate.upstream.UpstreamConfig.Rules;
import io.wharfgate.upstream.UpstreamConfig.Tls;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the section {@code upstream} becomes. */
class UpstreamTest {

    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(15), 10_000, false);
    private static final Health HEALTH = new Health("/v2/", Duration.ofSeconds(10), Duration.ofSeconds(5), 3);

    @TempDir
    private Path directory;

    @Test
    void aUrlIsEnough() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("upstream:", "  url: HTTP://LocalHost:5000/")
                        .config()
                        .upstream())
                .contains(new UpstreamConfig(
                        Optional.of(new Registry(
                                List.of(URI.create("http://localhost:5000")),
                                Optional.empty(),
                                new Tls(Optional.empty(), Optional.empty()),
                                new Headers(Optional.empty(), Optional.empty(), Rules.NONE, Rules.NONE),
                                LIMITS,
                                HEALTH)),
                        Map.of(),
                        List.of()));
    }

    @Test
    void aContainersNameMayHoldAnUnderscore() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("upstream: {url: 'http://My_Registry:5000/base/'}")
                        .config()
                        .upstream()
                        .orElseThrow()
                        .standard()
                        .orElseThrow()
                        .addresses())
                .containsExactly(URI.create("http://my_registry:5000/base"));
    }

    @Test
    void withoutTheSectionThereIsNone() throws ConfigurationException {
        assertThat(Fixture.in(directory).config().upstream()).isEmpty();
    }

    @Test
    void everyKey() throws Exception {
        Files.createDirectories(directory.resolve("etc"));
        Files.writeString(directory.resolve("etc/pw"), "hunter2\n");
        Files.writeString(directory.resolve("etc/keypw"), "hunter3");
        var fixture = Fixture.in(directory)
                .file(
                        "upstream:",
                        "  addresses: ['https://[2001:DB8::1]/base/', 'https://b.example:5000/base']",
                        "  username: wharfgate",
                        "  password-file: pw",
                        "  token-realms: [Auth.example, 'c.example:8443']",
                        "  ca: ca.pem",
                        "  client-certificate: client.pem",
                        "  client-key: client.key",
                        "  client-key-password-file: keypw",
                        "  host: registry.example",
                        "  user-header: X-Remote-User",
                        "  request-headers:",
                        "    remove: [User-Agent]",
                        "    set: {X-Team: blue}",
                        "    add:",
                        "      X-Token: 'a=b, c'",
                        "  response-headers: {remove: [Server], set: {X-A: 1}, add: {X-B: 2}}",
                        "  connect-timeout: 1s",
                        "  lease-timeout: 2s",
                        "  read-timeout: 3s",
                        "  max-connections: 4",
                        "  redirects: follow",
                        "  health: {path: /healthz, interval: 5s, timeout: 6s, failures: 7}",
                        "  open-paths: [/healthz, /pub/*]");
        assertThat(fixture.config().upstream())
                .contains(new UpstreamConfig(
                        Optional.of(new Registry(
                                List.of(
                                        URI.create("https://[2001:db8::1]/base"),
                                        URI.create("https://b.example:5000/base")),
                                Optional.of(new Credentials(
                                        "wharfgate", Secret.of("hunter2"), Set.of("auth.example", "c.example:8443"))),
                                new Tls(
                                        Optional.of(directory.resolve("etc/ca.pem")),
                                        Optional.of(new Identity(
                                                directory.resolve("etc/client.pem"),
                                                directory.resolve("etc/client.key"),
                                                Optional.of(Secret.of("hunter3"))))),
                                new Headers(
                                        Optional.of("registry.example"),
                                        Optional.of("X-Remote-User"),
                                        new Rules(
                                                Set.of("User-Agent"),
                                                Map.of("X-Team", "blue"),
                                                Map.of("X-Token", "a=b, c")),
                                        new Rules(Set.of("Server"), Map.of("X-A", "1"), Map.of("X-B", "2"))),
                                new Limits(
                                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4, true),
                                new Health("/healthz", Duration.ofSeconds(5), Duration.ofSeconds(6), 7))),
                        Map.of(),
                        List.of("/healthz", "/pub/*")));
        assertThat(fixture.warnings()).isEmpty();
        assertThat(fixture.config().toString() + fixture.loaded().toYaml())
                .doesNotContain("hunter")
                .doesNotContain("a=b, c");
    }

    @Test
    void prefixesAreUpstreamsOfTheirOwnAndTakeNothingOver() throws ConfigurationException {
        UpstreamConfig upstream = Fixture.in(directory)
                .file(
                        "upstream:",
                        "  url: http://localhost:1",
                        "  max-connections: 9",
                        "  prefixes:",
                        "    team/:",
                        "      url: http://localhost:2",
                        "    a.b/c: {addresses: ['http://localhost:3', 'http://localhost:4'], health: {failures: 2}}")
                .config()
                .upstream()
                .orElseThrow();
        assertThat(upstream.prefixes()).containsOnlyKeys("team", "a.b/c");
        assertThat(upstream.prefixes()).hasEntrySatisfying("team", team -> {
            assertThat(team.addresses()).containsExactly(URI.create("http://localhost:2"));
            assertThat(team.limits()).isEqualTo(LIMITS);
        });
        assertThat(upstream.prefixes()).hasEntrySatisfying("a.b/c", deeper -> {
            assertThat(deeper.addresses()).hasSize(2);
            assertThat(deeper.health().failures()).isEqualTo(2);
        });
    }

    @Test
    void prefixesAloneAreAGatewayToo() throws ConfigurationException {
        UpstreamConfig upstream = Fixture.in(directory)
                .file("upstream: {prefixes: {team: {url: 'http://localhost:2'}}, open-paths: [/x]}")
                .config()
                .upstream()
                .orElseThrow();
        assertThat(upstream.standard()).isEmpty();
        assertThat(upstream.openPaths()).containsExactly("/x");
    }

    @Test
    void variablesOverrideTheFileAndNeedNone() throws ConfigurationException {
        Registry registry = Fixture.in(directory)
                .variable("WHARFGATE_UPSTREAM_ADDRESSES", "http://localhost:1, http://localhost:2")
                .variable("WHARFGATE_UPSTREAM_REQUEST_HEADERS_SET", "X-A=1, X-B=a=b")
                .variable("WHARFGATE_UPSTREAM_HEALTH_PATH", "/")
                .file("upstream:", "  request-headers: {set: {X-C: 3}}")
                .config()
                .upstream()
                .orElseThrow()
                .standard()
                .orElseThrow();
        assertThat(registry.addresses()).hasSize(2);
        assertThat(registry.headers().request().set()).isEqualTo(Map.of("X-A", "1", "X-B", "a=b"));
        assertThat(registry.health().path()).isEqualTo("/");
    }

    @Test
    void anEmptySectionStorageMayStay() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .file("storage:", "  filesystem:", "upstream: {url: 'http://localhost:1'}")
                        .config()
                        .upstream())
                .isPresent();
    }
}
