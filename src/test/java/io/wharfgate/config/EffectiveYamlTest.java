package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveYamlTest {

    private static final Map<String, List<String>> SAMPLES = Map.ofEntries(
            Map.entry("WHARFGATE_SERVER_LISTEN", List.of(":1", "[::1]:2", "h.example:3")),
            Map.entry("WHARFGATE_SERVER_REDIRECT_HTTP", List.of(":4", "[::]:5")),
            Map.entry("WHARFGATE_SERVER_EXTERNAL_URL", List.of("https://a.example/", "https://[::1]:1")),
            Map.entry("WHARFGATE_SERVER_TRUSTED_PROXIES", List.of("10.0.0.0/8", "::1,fd00::/8,1.2.3.4")),
            Map.entry(
                    "WHARFGATE_SERVER_DATA_DIRECTORY",
                    List.of("./x y", "/a/../b", "no", "a: b #c", "\"'\\", "\u00e4\u0007")),
            Map.entry("WHARFGATE_SERVER_STALL_TIMEOUT", List.of("90s", "1h1m", "1s1ms")),
            Map.entry("WHARFGATE_SERVER_SOCKET_BUFFER", List.of("5000", "1MiB", "1MB")),
            Map.entry("WHARFGATE_TLS_SELF_SIGNED", List.of("*.example.com,a.example", "::1")),
            Map.entry(
                    "WHARFGATE_AUTH_REALM",
                    List.of("yes", "null", "123", "a \"b\" \\c", "- x", "#", "{}", "1:2", "*a")),
            Map.entry("WHARFGATE_AUTH_HTPASSWD", List.of("true", "/etc/users", "[x]", "a,b")),
            Map.entry("WHARFGATE_AUTH_ACCESS", List.of("not-there")),
            Map.entry("WHARFGATE_AUTH_CHALLENGE", List.of("bearer")),
            Map.entry("WHARFGATE_AUTH_TOKEN_SERVICE", List.of("a b", "r.example.com:5443")),
            Map.entry("WHARFGATE_AUTH_TOKEN_REFRESH_EXPIRY", List.of("90d")),
            Map.entry("WHARFGATE_LOG_AUDIT", List.of("/var/log/wharfgate/audit.log")),
            Map.entry("WHARFGATE_STORAGE_DELETE", List.of("false")),
            Map.entry("WHARFGATE_OPS_LISTEN", List.of("localhost:9")),
            Map.entry("WHARFGATE_LOG_FORMAT", List.of("json")),
            Map.entry("WHARFGATE_LOG_LEVEL", List.of("trace")));

    @TempDir
    private Path directory;

    @Test
    void whatIsPrintedLoadsToTheSameAgain() throws Exception {
        long seed = new Random().nextInt();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            var fixture = Fixture.in(directory);
            SAMPLES.forEach((name, values) -> {
                if (random.nextBoolean()) {
                    fixture.variable(name, values.get(random.nextInt(values.size())));
                }
            });
            expectSameAgain(fixture, "seed " + seed + " round " + i);
        }
    }

    @Test
    void theOtherKindsOfTlsToo() throws Exception {
        Files.writeString(directory.resolve("pw"), "hunter2");
        expectSameAgain(Fixture.in(directory).variable("WHARFGATE_TLS_OFF", "true"), "off");
        expectSameAgain(Fixture.in(directory).variable("WHARFGATE_TLS_CERTIFICATE", "a"), "one file");
        expectSameAgain(
                Fixture.in(directory)
                        .variable("WHARFGATE_TLS_CERTIFICATE", "a")
                        .variable("WHARFGATE_TLS_KEY", "b")
                        .variable("WHARFGATE_TLS_KEY_PASSWORD_FILE", "pw"),
                "files");
    }

    @Test
    void aGatewayTooWithItsPrefixesAndWithoutAStorage() throws Exception {
        Files.writeString(directory.resolve("pw"), "hunter2");
        long seed = new Random().nextInt();
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            var lines = new ArrayList<String>(List.of("upstream:"));
            if (random.nextBoolean()) {
                lines.addAll(registry("  ", random));
                lines.add("  open-paths: [/x, /y/*]");
            }
            lines.add("  prefixes:");
            for (String prefix : List.of("team", "a.b/c__d", "'1'", "no", "null")) {
                lines.add("    " + prefix + ":");
                lines.addAll(registry("      ", random));
            }
            var fixture = Fixture.in(directory).file(lines.toArray(String[]::new));
            expectSameAgain(fixture, "seed " + seed + " round " + i);
            assertThat(fixture.loaded().toYaml()).doesNotContain("storage:").doesNotContain("hunter2");
        }
    }

    private static List<String> registry(String indent, Random random) {
        var lines = new ArrayList<String>();
        lines.add(random.nextBoolean() ? "url: https://a.example/x" : "addresses: ['https://b', 'https://[::1]:5']");
        Stream.of(
                        List.of("username: \"a 'b\"", "password-file: ../pw", "token-realms: [c, '[::1]:4']"),
                        List.of("ca: a b.pem"),
                        List.of("client-certificate: c.pem", "client-key-password-file: ../pw"),
                        List.of("host: 'h:5'", "user-header: X-User"),
                        List.of(
                                "request-headers:",
                                "  set: {X-A: 'a, b: #c', null: '*x', '1': '{}'}",
                                "  remove: [no]"),
                        List.of("response-headers: {set: {yes: \"'\\\"\\\\\"}}"),
                        List.of("redirects: follow", "max-connections: 7", "read-timeout: 90s"),
                        List.of("health: {path: /, interval: 1m, timeout: 1s1ms, failures: 9}"))
                .filter(some -> random.nextBoolean())
                .forEach(lines::addAll);
        lines.replaceAll(line -> indent + line);
        return lines;
    }

    @Test
    void aPasswordIsMaskedAndTheRestLoadsAgain() throws Exception {
        LoadedConfiguration loaded = Fixture.in(directory)
                .file(
                        "upstream:",
                        "  url: https://a.example",
                        "  username: me",
                        "  password: hunter2",
                        "  request-headers: {set: {X-Api-Key: hunter3, X-Team: blue}}")
                .loaded();
        assertThat(loaded.toYaml())
                .contains("password: \"********\"", "{X-Api-Key: \"********\", X-Team: blue}")
                .doesNotContain("hunter");
        LoadedConfiguration again =
                Fixture.in(directory.resolve("again")).file(loaded.toYaml()).loaded();
        assertThat(again.warnings()).hasSize(2);
        assertThat(again.config()
                        .upstream()
                        .orElseThrow()
                        .standard()
                        .orElseThrow()
                        .addresses())
                .isEqualTo(loaded.config()
                        .upstream()
                        .orElseThrow()
                        .standard()
                        .orElseThrow()
                        .addresses());
    }

    @Test
    void everyValueSaysWhereItCameFrom() throws ConfigurationException {
        assertThat(Fixture.in(directory)
                        .variable("REGISTRY_HTTP_ADDR", ":5000")
                        .file("log:", "  level: debug")
                        .loaded()
                        .toYaml()
                        .lines()
                        .map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "# The configuration in force, from: etc/w.yaml, and 1 from environment variable",
                        " listen: 0.0.0.0:5000 # REGISTRY_HTTP_ADDR",
                        " level: debug # etc/w.yaml:2",
                        " realm: Wharfgate # default",
                        " # external-url: # not set");
    }

    private void expectSameAgain(Fixture fixture, String description) throws Exception {
        LoadedConfiguration loaded = fixture.loaded();
        Path printed = Files.writeString(
                Files.createDirectories(directory.resolve("elsewhere")).resolve("printed.yaml"), loaded.toYaml());
        LoadedConfiguration again = new ConfigurationLoader(Map.of(), directory.resolve("other"), directory)
                .load(Optional.of(printed.toString()));
        assertThat(again.config()).as(description).isEqualTo(loaded.config());
    }
}
