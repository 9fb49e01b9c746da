package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.bytes;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.auth.personal.PersonalTokenEditor;
import io.wharfgate.auth.personal.TokenGrant;
import io.wharfgate.config.ReloadableKeys;
import io.wharfgate.registry.RegistryConfig.Upkeep;
import io.wharfgate.registry.api.RawTls;
import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import io.wharfgate.tls.SelfSigned;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each key that a reload changes reaches those whom it is meant for. */
class ReloadedKeysTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the table does not look at, and who does. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "server.stall-timeout", "aStalledTransferIsCutByTheNewTime",
            "tls.certificate", "theCertificateAndItsKeyMayLieElsewhere",
            "tls.key", "theCertificateAndItsKeyMayLieElsewhere",
            "tls.key-password-file", "theCertificateAndItsKeyMayLieElsewhere",
            "auth.cache-expiry", "ConfigurationReloadTest.whatNobodyChangedIsUsedOn: another memory is made for it",
            "log.format", "LoggingTest, and the lane reload",
            "log.level", "LoggingTest, and the lane reload",
            "log.access", "LoggingTest, and the lane reload");

    @TempDir
    private Path directory;

    private final Map<String, Change> changes = new LinkedHashMap<>();
    private ReloadingService service;
    private String personalToken = "";
    private String earlierToken = "";

    /** Another value for one key, and how one sees that it is in force. */
    private record Change(Map<String, ?> values, Observation seen, Object expected) {}

    private interface Observation {
        Object look() throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        service = new ReloadingService(
                directory,
                Map.of("ops.listen", "127.0.0.1:0", "auth.challenge", "bearer", "server.stall-timeout", "10m"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void eachKeyIsInForceAfterAReload() throws Exception {
        serverAndLoginKeys();
        storageKeys();
        prepareFiles();
        Set<String> known = new HashSet<>(changes.keySet());
        known.addAll(ELSEWHERE.keySet());
        known.addAll(ReloadedUpstreamKeysTest.KEYS);
        assertThat(known).containsExactlyInAnyOrderElementsOf(ReloadableKeys.all());
        for (Map.Entry<String, Change> entry : changes.entrySet()) {
            Change change = entry.getValue();
            assertThat(service.reload(Map.of())).as(entry.getKey()).isTrue();
            assertThat(change.seen().look()).as(entry.getKey()).isNotEqualTo(change.expected());
            assertThat(service.reload(change.values())).as(entry.getKey()).isTrue();
            assertThat(change.seen().look()).as(entry.getKey()).isEqualTo(change.expected());
        }
    }

    private void change(String key, Object value, Observation seen, Object expected) {
        changes.put(key, new Change(Map.of(key, value), seen, expected));
    }

    private void serverAndLoginKeys() {
        change("server.external-url", "https://other.test", this::tokenRealm, "https://other.test/auth/token");
        change("server.trusted-proxies", List.of("127.0.0.0/8"), this::tokenRealm, "https://seen.test/auth/token");
        change("server.drain-timeout", "7s", () -> service.service().drainTimeout(), Duration.ofSeconds(7));
        change("tls.self-signed", List.of("localhost", "new.test"), () -> names().contains("new.test"), true);
        change("auth.challenge", "basic", this::challenge, "Basic realm=\"Wharfgate\", charset=\"UTF-8\"");
        changes.put(
                "auth.realm",
                new Change(
                        Map.of("auth.realm", "Else", "auth.challenge", "basic"),
                        this::challenge,
                        "Basic realm=\"Else\", charset=\"UTF-8\""));
        change("auth.htpasswd", "others", () -> status("bob", ReloadingService.PASSWORD), 200);
        change(
                "auth.access",
                "rules.yaml",
                () -> client().get("/v2/any/tags/list").statusCode(),
                403);
        change("auth.throttle", false, this::afterManyGuesses, 401);
        change("auth.token.keys", "keys.json", this::withEarlierToken, 401);
        change("auth.token.service", "other", () -> challenge().contains("service=\"other\""), true);
        change("auth.token.expiry", "7m", () -> token("").path("expires_in").asInt(), 420);
        change("auth.token.refresh-expiry", "7h", this::refreshSeconds, 7 * 3600);
        change("auth.personal-tokens", "robots.json", () -> status(ReloadingService.USER, personalToken), 200);
    }

    private void storageKeys() {
        change(
                "storage.delete",
                false,
                () -> client().delete("/v2/none/manifests/v1").statusCode(),
                405);
        change("storage.sparse-manifests", true, this::pushSparse, 201);
        change("storage.rules", "fixed.yaml", this::moveTag, false);
        // Who collects, and who accepts uploads, asks the registry for these each time.
        change("storage.gc.grace", "7h", () -> inForce(Upkeep::grace), Duration.ofHours(7));
        change("storage.gc.untagged", false, () -> inForce(Upkeep::untagged), false);
        change("storage.gc.undelete", "7h", () -> inForce(Upkeep::undelete), Duration.ofHours(7));
        change("storage.gc.rate", 7, () -> inForce(Upkeep::rate), 7);
        change("storage.gc.schedule", "off", () -> inForce(Upkeep::schedule), Optional.empty());
        change("storage.upload-expiry", "7h", () -> inForce(Upkeep::uploadExpiry), Duration.ofHours(7));
        change("ops.min-free-space", "4000000GiB", this::readiness, 503);
        change("log.audit", "audit.log", () -> Files.exists(directory.resolve("audit.log")), true);
    }

    private void prepareFiles() throws Exception {
        service.user("bob", "others");
        // Rules in force end by a restart only, so there are some before and after.
        Files.writeString(
                directory.resolve("access.yaml"), "rules: [{users: alice, repositories: '**', actions: all}]\n");
        Files.writeString(directory.resolve("rules.yaml"), "rules: [{users: bob, repositories: '**', actions: all}]\n");
        Files.writeString(directory.resolve("fixed.yaml"), "immutable: [{repositories: '**', tags: ['v*']}]\n");
        personalToken = new PersonalTokenEditor(directory.resolve("robots.json"), Clock.systemUTC())
                .create(
                        ReloadingService.USER,
                        "ci",
                        TokenGrant.parse(List.of("**"), List.of("pull")),
                        Optional.of(Duration.ofDays(1)))
                .text()
                .reveal();
        earlierToken = token("").path("token").asText();
    }

    private RegistryClient client() throws Exception {
        return service.registry().client();
    }

    private int status(String user, String password) throws Exception {
        return service.as(user, password).client().get("/v2/").statusCode();
    }

    private String challenge() throws Exception {
        return header(
                service.registry().client().get("/v2/", "Authorization", "", "X-Forwarded-Host", "seen.test"),
                "WWW-Authenticate");
    }

    private String tokenRealm() throws Exception {
        return challenge().replaceFirst(".*realm=\"([^\"]*)\".*", "$1");
    }

    private X509Certificate served() throws Exception {
        return served(directory.resolve("tls/ca.crt"));
    }

    private X509Certificate served(Path authority) throws Exception {
        URI uri = URI.create("https://localhost:" + service.service().port());
        try (RawTls raw = new RegistryUnderTest(uri, RunningService.trusting(authority), "nobody", "").raw()) {
            return raw.certificate();
        }
    }

    private String names() throws Exception {
        return String.valueOf(served().getSubjectAlternativeNames());
    }

    private int afterManyGuesses() throws Exception {
        int status = 0;
        for (int i = 0; i < 12; i++) {
            status = status(ReloadingService.USER, "wrong" + i);
        }
        return status;
    }

    private JsonNode token(String more) throws Exception {
        return JSON.readTree(client().get("/auth/token?service=wharfgate&scope=repository:a:pull" + more)
                .body());
    }

    private int withEarlierToken() throws Exception {
        return client().get("/v2/a/tags/list", "Authorization", "Bearer " + earlierToken)
                .statusCode();
    }

    private int refreshSeconds() throws Exception {
        String refresh = token("&offline_token=true").path("refresh_token").asText();
        JsonNode says = JSON.readTree(Base64.getUrlDecoder().decode(refresh.split("\\.", -1)[1]));
        return says.path("exp").asInt() - says.path("iat").asInt();
    }

    /** Of a manifest whose layers nobody has pushed. */
    private int pushSparse() throws Exception {
        String absent = "\"digest\":\"" + sha256(bytes("absent")) + "\",\"size\":6}";
        return client().put(
                        "/v2/sparse/manifests/v1",
                        bytes("{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.OCI_MANIFEST
                                + "\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"," + absent
                                + ",\"layers\":[]}"),
                        "Content-Type",
                        RegistryClient.OCI_MANIFEST)
                .statusCode();
    }

    /** Whether a tag may be moved from one image to another. */
    private boolean moveTag() throws Exception {
        client().pushImage("fixed", "other");
        byte[] image = client().get("/v2/fixed/manifests/other").body();
        int first = putTag(image);
        int second = putTag(bytes(new String(image, StandardCharsets.UTF_8) + "\n"));
        return first == 201 && second == 201;
    }

    private int putTag(byte[] manifest) throws Exception {
        return client().put("/v2/fixed/manifests/v1", manifest, "Content-Type", RegistryClient.OCI_MANIFEST)
                .statusCode();
    }

    private Object inForce(Function<Upkeep, ?> value) {
        return value.apply(service.service().registryInForce().orElseThrow().upkeep());
    }

    private int readiness() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(service.operations("/health/ready"))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Else the client, which waits twenty seconds, would see nothing for ten minutes. */
    @Test
    void aStalledTransferIsCutByTheNewTime() throws Exception {
        assertThat(service.reload(Map.of("server.stall-timeout", "1s"))).isTrue();
        try (RawTls raw = service.registry().raw()) {
            raw.request("POST /v2/a/blobs/uploads/?digest=" + sha256(bytes("1234567890")), "Content-Length: 10");
            raw.send("12345");
            assertThat(raw.closedByServer()).isTrue();
        }
    }

    /** A pair that does not belong together is refused, so both are read from where they are now; and the password too. */
    @Test
    void theCertificateAndItsKeyMayLieElsewhere() throws Exception {
        Path other = directory.resolve("other");
        new SelfSigned(other, Clock.systemUTC()).ensure(List.of("localhost"));
        assertThat(service.reload(Map.of("tls.certificate", "other/server.crt", "tls.key", "other/server.key")))
                .isTrue();
        assertThat(served(other.resolve("ca.crt"))).isEqualTo(certificate(other.resolve("server.crt")));
        Path pem = Path.of("src/test/resources/io/wharfgate/tls/pem").toAbsolutePath();
        Files.writeString(directory.resolve("passphrase"), "correct horse");
        assertThat(service.reload(Map.of(
                        "tls.certificate", pem.resolve("rsa.crt").toString(),
                        "tls.key", pem.resolve("rsa.pkcs8.encrypted.key").toString(),
                        "tls.key-password-file", "passphrase")))
                .isTrue();
        assertThat(served(pem.resolve("rsa.crt"))).isEqualTo(certificate(pem.resolve("rsa.crt")));
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
