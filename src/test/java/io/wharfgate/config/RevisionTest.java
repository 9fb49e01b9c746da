package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reload would change. */
class RevisionTest {

    private static final String UPSTREAM = "upstream:\n  url: http://127.0.0.1:5000\n";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void files() throws IOException {
        file = directory.resolve("wharfgate.yaml");
        for (String name : List.of("crt.pem", "key.pem", "other.pem")) {
            Files.writeString(directory.resolve(name), "PEM");
        }
        Files.writeString(directory.resolve("password"), "one");
        Files.writeString(directory.resolve("password2"), "two");
    }

    private LoadedConfiguration load(String yaml) throws Exception {
        Files.writeString(file, yaml);
        return new ConfigurationLoader(Map.of(), directory, directory.resolve("none.yaml"))
                .load(Optional.of(file.toString()));
    }

    private Revision revised(String before, String after) throws Exception {
        LoadedConfiguration loaded = load(before);
        Files.writeString(file, after);
        return loaded.reread();
    }

    /** Lines by which a key gets another value; what its section must have besides stands in both. */
    private record Sample(String around, String before, String after) {}

    private static Sample server(String key, String value) {
        return new Sample("", "", "server:\n  " + key + ": " + value + "\n");
    }

    private static Sample in(String section, String key, String value) {
        return new Sample("", "", section + ":\n  " + key + ": " + value + "\n");
    }

    private static Sample tls(String before, String after) {
        return new Sample("", "tls:\n  " + before + "\n", "tls:\n  " + after + "\n");
    }

    private static Sample upstream(String lines) {
        return new Sample(
                UPSTREAM, "", lines.lines().map(line -> "  " + line + "\n").collect(Collectors.joining()));
    }

    private static Map<Key, Sample> samples() {
        var samples = new EnumMap<Key, Sample>(Key.class);
        samples.put(Key.SERVER_LISTEN, server("listen", "127.0.0.1:6000"));
        samples.put(Key.SERVER_REDIRECT_HTTP, server("redirect-http", "127.0.0.1:6001"));
        samples.put(Key.SERVER_EXTERNAL_URL, server("external-url", "https://localhost"));
        samples.put(Key.SERVER_TRUSTED_PROXIES, server("trusted-proxies", "[10.0.0.0/8]"));
        samples.put(Key.SERVER_DATA_DIRECTORY, server("data-directory", "./elsewhere"));
        samples.put(Key.SERVER_STALL_TIMEOUT, server("stall-timeout", "7s"));
        samples.put(Key.SERVER_DRAIN_TIMEOUT, server("drain-timeout", "7s"));
        samples.put(Key.SERVER_MAX_CONNECTIONS, server("max-connections", "77"));
        samples.put(Key.SERVER_SOCKET_BUFFER, server("socket-buffer", "64KiB"));
        samples.put(Key.SERVER_WORKER_THREADS, server("worker-threads", "7"));
        samples.put(
                Key.TLS_CERTIFICATE,
                tls("certificate: crt.pem\n  key: key.pem", "certificate: other.pem\n  key: key.pem"));
        samples.put(Key.TLS_KEY, tls("certificate: crt.pem\n  key: key.pem", "certificate: crt.pem\n  key: other.pem"));
        samples.put(
                Key.TLS_KEY_PASSWORD_FILE,
                tls("certificate: crt.pem", "certificate: crt.pem\n  key-password-file: password"));
        samples.put(Key.TLS_SELF_SIGNED, tls("self-signed: [localhost]", "self-signed: [localhost, registry.test]"));
        samples.put(Key.TLS_OFF, in("tls", "off", "true"));
        samples.put(Key.AUTH_REALM, in("auth", "realm", "Elsewhere"));
        samples.put(Key.AUTH_HTPASSWD, in("auth", "htpasswd", "users"));
        samples.put(Key.AUTH_ACCESS, in("auth", "access", "rules.yaml"));
        samples.put(Key.AUTH_CHALLENGE, in("auth", "challenge", "bearer"));
        samples.put(Key.AUTH_CACHE_EXPIRY, in("auth", "cache-expiry", "7m"));
        samples.put(Key.AUTH_THROTTLE, in("auth", "throttle", "false"));
        samples.put(Key.AUTH_TOKEN_KEYS, in("auth", "token", "{keys: keys.json}"));
        samples.put(Key.AUTH_TOKEN_SERVICE, in("auth", "token", "{service: other}"));
        samples.put(Key.AUTH_TOKEN_EXPIRY, in("auth", "token", "{expiry: 7m}"));
        samples.put(Key.AUTH_TOKEN_REFRESH_EXPIRY, in("auth", "token", "{refresh-expiry: 7h}"));
        samples.put(Key.AUTH_PERSONAL_TOKENS, in("auth", "personal-tokens", "tokens.json"));
        samples.put(Key.STORAGE_FILESYSTEM_ROOT, in("storage", "filesystem", "{root: blobs}"));
        samples.put(Key.STORAGE_DELETE, in("storage", "delete", "false"));
        samples.put(Key.STORAGE_SPARSE_MANIFESTS, in("storage", "sparse-manifests", "true"));
        samples.put(Key.STORAGE_RULES, in("storage", "rules", "storage.yaml"));
        samples.put(Key.STORAGE_UPLOAD_EXPIRY, in("storage", "upload-expiry", "7h"));
        samples.put(Key.STORAGE_GC_SCHEDULE, in("storage", "gc", "{schedule: off}"));
        samples.put(Key.STORAGE_GC_GRACE, in("storage", "gc", "{grace: 7h}"));
        samples.put(Key.STORAGE_GC_UNTAGGED, in("storage", "gc", "{untagged: false}"));
        samples.put(Key.STORAGE_GC_UNDELETE, in("storage", "gc", "{undelete: 7h}"));
        samples.put(Key.STORAGE_GC_RATE, in("storage", "gc", "{rate: 7}"));
        samples.put(Key.UPSTREAM_URL, new Sample("", UPSTREAM, "upstream:\n  url: http://127.0.0.1:5001\n"));
        samples.put(
                Key.UPSTREAM_ADDRESSES,
                new Sample(
                        "",
                        "upstream:\n  addresses: [http://127.0.0.1:5000]\n",
                        "upstream:\n  addresses: [http://127.0.0.1:5000, http://127.0.0.1:5001]\n"));
        samples.put(
                Key.UPSTREAM_USERNAME,
                new Sample(UPSTREAM + "  password: one\n", "  username: a\n", "  username: b\n"));
        samples.put(
                Key.UPSTREAM_PASSWORD,
                new Sample(UPSTREAM + "  username: a\n", "  password: one\n", "  password: two\n"));
        samples.put(
                Key.UPSTREAM_PASSWORD_FILE,
                new Sample(
                        UPSTREAM + "  username: a\n", "  password-file: password\n", "  password-file: password2\n"));
        samples.put(
                Key.UPSTREAM_TOKEN_REALMS,
                new Sample(UPSTREAM + "  username: a\n  password: one\n", "", "  token-realms: [auth.test]\n"));
        String https = "upstream:\n  url: https://registry.test\n";
        samples.put(Key.UPSTREAM_CA, new Sample(https, "", "  ca: crt.pem\n"));
        samples.put(
                Key.UPSTREAM_CLIENT_CERTIFICATE,
                new Sample(
                        https + "  client-key: key.pem\n",
                        "  client-certificate: crt.pem\n",
                        "  client-certificate: other.pem\n"));
        samples.put(
                Key.UPSTREAM_CLIENT_KEY,
                new Sample(
                        https + "  client-certificate: crt.pem\n",
                        "  client-key: key.pem\n",
                        "  client-key: other.pem\n"));
        samples.put(
                Key.UPSTREAM_CLIENT_KEY_PASSWORD_FILE,
                new Sample(
                        https + "  client-certificate: crt.pem\n  client-key: key.pem\n",
                        "",
                        "  client-key-password-file: password\n"));
        samples.put(Key.UPSTREAM_HOST, upstream("host: registry.test"));
        samples.put(Key.UPSTREAM_USER_HEADER, upstream("user-header: X-Who"));
        samples.put(Key.UPSTREAM_REQUEST_HEADERS_REMOVE, upstream("request-headers: {remove: [X-A]}"));
        samples.put(Key.UPSTREAM_REQUEST_HEADERS_SET, upstream("request-headers: {set: {X-A: b}}"));
        samples.put(Key.UPSTREAM_REQUEST_HEADERS_ADD, upstream("request-headers: {add: {X-A: b}}"));
        samples.put(Key.UPSTREAM_RESPONSE_HEADERS_REMOVE, upstream("response-headers: {remove: [X-A]}"));
        samples.put(Key.UPSTREAM_RESPONSE_HEADERS_SET, upstream("response-headers: {set: {X-A: b}}"));
        samples.put(Key.UPSTREAM_RESPONSE_HEADERS_ADD, upstream("response-headers: {add: {X-A: b}}"));
        samples.put(Key.UPSTREAM_CONNECT_TIMEOUT, upstream("connect-timeout: 7s"));
        samples.put(Key.UPSTREAM_LEASE_TIMEOUT, upstream("lease-timeout: 7s"));
        samples.put(Key.UPSTREAM_READ_TIMEOUT, upstream("read-timeout: 7s"));
        samples.put(Key.UPSTREAM_MAX_CONNECTIONS, upstream("max-connections: 7"));
        samples.put(Key.UPSTREAM_REDIRECTS, upstream("redirects: follow"));
        samples.put(Key.UPSTREAM_HEALTH_PATH, upstream("health: {path: /health}"));
        samples.put(Key.UPSTREAM_HEALTH_INTERVAL, upstream("health: {interval: 7s}"));
        samples.put(Key.UPSTREAM_HEALTH_TIMEOUT, upstream("health: {timeout: 7s}"));
        samples.put(Key.UPSTREAM_HEALTH_FAILURES, upstream("health: {failures: 7}"));
        samples.put(Key.UPSTREAM_OPEN_PATHS, upstream("open-paths: [/open]"));
        samples.put(Key.OPS_LISTEN, in("ops", "listen", "127.0.0.1:6002"));
        samples.put(Key.OPS_MIN_FREE_SPACE, in("ops", "min-free-space", "7MiB"));
        samples.put(Key.OPS_CONTROL, in("ops", "control", "other.sock"));
        samples.put(Key.LOG_FORMAT, in("log", "format", "json"));
        samples.put(Key.LOG_LEVEL, in("log", "level", "debug"));
        samples.put(Key.LOG_ACCESS, in("log", "access", "false"));
        samples.put(Key.LOG_AUDIT, in("log", "audit", "audit.log"));
        return samples;
    }

    @Test
    void eachKeyTakesEffectAsItsClassSays() throws Exception {
        Map<Key, Sample> samples = samples();
        assertThat(samples.keySet()).as("a sample for each key").containsExactlyInAnyOrder(Key.values());
        for (Map.Entry<Key, Sample> entry : samples.entrySet()) {
            Key key = entry.getKey();
            Sample sample = entry.getValue();
            LoadedConfiguration running = load(sample.around() + sample.before());
            Revision revision = revised(sample.around() + sample.before(), sample.around() + sample.after());
            if (Effect.of(key) == Effect.RELOAD) {
                assertThat(revision.changed()).as(key.path()).contains(key.path());
                assertThat(revision.needRestart()).as(key.path()).isEmpty();
                assertThat(revision.next().config()).as(key.path()).isNotEqualTo(running.config());
            } else {
                assertThat(revision.needRestart()).as(key.path()).contains(key.path());
                assertThat(revision.changed()).as(key.path()).isEmpty();
                assertThat(revision.next().config()).as(key.path()).isEqualTo(running.config());
                assertThat(revision.next().inForce().values())
                        .as(key.path())
                        .isEqualTo(running.inForce().values());
            }
        }
    }

    @Test
    void theSameFileChangesNothing() throws Exception {
        Revision revision = revised("auth:\n  realm: A\n", "# a comment\nauth:\n  realm: \"A\"\n");

        assertThat(revision.changed()).isEmpty();
        assertThat(revision.needRestart()).isEmpty();
    }

    @Test
    void writingTheDefaultChangesNothing() throws Exception {
        Revision revision = revised("", "server:\n  listen: :5443\n  stall-timeout: 60s\n");

        assertThat(revision.changed()).isEmpty();
        assertThat(revision.needRestart()).isEmpty();
    }

    @Test
    void whatNeedsARestartStaysAndIsToldEachTime() throws Exception {
        Revision first = revised("", "server:\n  listen: :6000\nauth:\n  realm: A\n");

        assertThat(first.changed()).containsExactly("auth.realm");
        assertThat(first.needRestart()).containsExactly("server.listen");
        assertThat(first.next().config().server().listen().port()).isEqualTo(5443);
        assertThat(first.next().config().auth().realm()).isEqualTo("A");
        Revision second = first.next().reread();
        assertThat(second.changed()).isEmpty();
        assertThat(second.needRestart()).containsExactly("server.listen");
        Files.writeString(file, "auth:\n  realm: A\n");
        assertThat(second.next().reread().needRestart()).isEmpty();
    }

    @Test
    void pathsThatFollowTheDataDirectoryStayWithTheOneInForce() throws Exception {
        Revision revision = revised("", "server:\n  data-directory: ./elsewhere\nauth:\n  realm: A\n");

        assertThat(revision.changed()).containsExactly("auth.realm");
        assertThat(revision.needRestart()).containsExactly("server.data-directory");
        assertThat(revision.next().config().auth().htpasswd()).isEqualTo(directory.resolve("wharfgate-data/htpasswd"));
        assertThat(revision.next().toYaml()).doesNotContain("elsewhere").doesNotContain("WHARFGATE_SERVER");
    }

    @Test
    void aRegistryDoesNotBecomeAGatewayWhileItRuns() throws Exception {
        Revision there = revised("storage:\n  delete: false\n", UPSTREAM + "auth:\n  realm: A\n");

        assertThat(there.changed()).containsExactly("auth.realm");
        assertThat(there.needRestart()).contains("upstream.url", "storage.delete");
        assertThat(there.next().config().upstream()).isEmpty();
        assertThat(there.next().config().registry().delete()).isFalse();
        Revision back = revised(UPSTREAM + "  prefixes:\n    team:\n      url: http://127.0.0.1:5009\n", "");
        assertThat(back.changed()).isEmpty();
        assertThat(back.needRestart()).contains("upstream.url", "upstream.prefixes.team");
        assertThat(back.next().config().upstream().orElseThrow().prefixes()).containsKey("team");
    }

    @Test
    void tlsDoesNotBeginOrEndWhileItRuns() throws Exception {
        Revision revision = revised("tls:\n  off: true\n", "tls:\n  certificate: crt.pem\n");

        assertThat(revision.changed()).isEmpty();
        assertThat(revision.needRestart()).contains("tls.certificate", "tls.off");
        assertThat(revision.next().config().tls()).isEqualTo(new io.wharfgate.tls.TlsConfig.Off());
    }

    @Test
    void prefixesComeAndGoAndChange() throws Exception {
        String team = UPSTREAM + "  prefixes:\n    team:\n      url: http://127.0.0.1:5009\n";
        Revision revision = revised(
                team + "    gone:\n      url: http://127.0.0.1:5010\n",
                team.replace("5009", "6009") + "    new:\n      url: http://127.0.0.1:5011\n");

        assertThat(revision.changed())
                .containsExactly("upstream.prefixes.gone", "upstream.prefixes.new", "upstream.prefixes.team.url");
    }

    @Test
    void whatAPasswordFileHoldsCountsAndIsNotTold() throws Exception {
        String yaml = UPSTREAM + "  username: a\n  password-file: password\n";
        LoadedConfiguration running = load(yaml);
        Files.writeString(directory.resolve("password"), "changed-secret");
        Revision revision = running.reread();

        assertThat(revision.changed()).containsExactly("upstream.password-file");
        assertThat(revision.toString()).doesNotContain("changed-secret");
        assertThat(revision.next().inForce().toString()).doesNotContain("changed-secret");
    }

    @Test
    void mistakesAreAllToldAndNothingElseHappens() throws Exception {
        LoadedConfiguration running = load("");
        Files.writeString(file, "auth:\n  relm: A\nserver:\n  stall-timeout: soon\n");

        assertThatThrownBy(running::reread)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(new ArrayList<>(e.errors()).stream().map(Object::toString))
                                .hasSize(2)
                                .anyMatch(line -> line.contains("wharfgate.yaml:2: auth.relm: unknown key"))
                                .anyMatch(line -> line.contains("wharfgate.yaml:4: server.stall-timeout: ")));
    }
}
