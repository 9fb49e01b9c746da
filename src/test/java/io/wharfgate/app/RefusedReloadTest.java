package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One thing wrong, and nothing of a reload comes into force: neither what is good of it nor what was ready to. */
class RefusedReloadTest {

    private static final Map<String, ?> GOOD =
            Map.of("auth.realm", "Other", "auth.challenge", "basic", "log.audit", "audit.log");

    @TempDir
    private Path directory;

    private List<Map<String, ?>> wrong() throws Exception {
        Path pem = Path.of("src/test/resources/io/wharfgate/tls/pem").toAbsolutePath();
        Files.writeString(directory.resolve("nonsense"), "{nonsense: [\n");
        Files.writeString(directory.resolve("access-rules.yaml"), "rules: [{users: a, repositoris: b}]\n");
        Files.writeString(directory.resolve("storage-rules-2.yaml"), "quotas: [{prefix: team, bites: 5GiB}]\n");
        return List.of(
                Map.of("auth.relm", "x"),
                Map.of("server.stall-timeout", "soon"),
                Map.of("auth.htpasswd", "missing"),
                Map.of("auth.htpasswd", "nonsense"),
                Map.of("auth.access", "access-rules.yaml"),
                Map.of("auth.token.keys", "nonsense"),
                Map.of("auth.personal-tokens", "nonsense"),
                Map.of("tls.certificate", "missing", "tls.key", "missing"),
                Map.of("tls.certificate", "nonsense", "tls.key", "nonsense"),
                Map.of(
                        "tls.certificate", pem.resolve("rsa.crt").toString(),
                        "tls.key", pem.resolve("ec.pkcs8.key").toString()),
                Map.of("log.audit", "missing/audit.log"));
    }

    private static String challenge(ReloadingService service) throws Exception {
        return header(service.registry().client().get("/v2/", "Authorization", ""), "WWW-Authenticate");
    }

    @Test
    void ofARegistry() throws Exception {
        try (ReloadingService service = new ReloadingService(directory, Map.of("storage.delete", false))) {
            List<Map<String, ?>> all = new ArrayList<>(wrong());
            all.add(Map.of("storage.rules", "storage-rules-2.yaml"));
            refusesEach(service, all);
            assertThat(service.registry().client().delete("/v2/a/manifests/b").statusCode())
                    .isEqualTo(405);
            assertThat(directory.resolve("audit.log"))
                    .as("opened to see whether it can be, and not written to")
                    .isEmptyFile();
        }
    }

    @Test
    void ofAGateway() throws Exception {
        Map<String, ?> upstream = Map.of("upstream.url", "https://127.0.0.1:9");
        try (ReloadingService service = new ReloadingService(directory, upstream)) {
            List<Map<String, ?>> all = new ArrayList<>(wrong());
            all.add(Map.of("upstream.ca", "missing"));
            all.add(Map.of("upstream.ca", "nonsense"));
            all.add(Map.of("upstream.client-certificate", "nonsense", "upstream.client-key", "nonsense"));
            all.add(Map.of("upstream.username", "a", "upstream.password-file", "missing"));
            var connections = service.service().current().parts().upstreams();
            refusesEach(service, all);
            assertThat(service.service().current().parts().upstreams()).isEqualTo(connections);
        }
    }

    private static void refusesEach(ReloadingService service, List<Map<String, ?>> all) throws Exception {
        String before = challenge(service);
        Generation inForce = service.service().current();
        for (Map<String, ?> wrong : all) {
            Map<String, Object> values = new HashMap<>(GOOD);
            // What is good about it would do more than show: these must not have begun to count either.
            values.put("auth.cache-expiry", "7m");
            values.putAll(wrong);
            assertThat(service.reload(values)).as("%s", wrong).isFalse();
            assertThat(service.service().current()).as("%s", wrong).isSameAs(inForce);
            assertThat(service.service().generations()).as("%s", wrong).isEqualTo(1);
            assertThat(challenge(service)).as("%s", wrong).isEqualTo(before);
        }
        assertThat(service.reload(Map.of())).as("nothing of it is left behind").isTrue();
        assertThat(challenge(service)).isEqualTo(before);
    }
}
