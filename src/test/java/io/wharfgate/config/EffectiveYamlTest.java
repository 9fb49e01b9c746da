package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
                        " # access: # not set");
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
