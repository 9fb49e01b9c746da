package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each key of {@code upstream} reaches the connections to upstreams by a reload. When one of them changes, all of these are made
 * anew by the same lines as at the start: so it is enough that they are, and from the new values; what the upstream sees of some
 * shows that requests go there.
 */
class ReloadedUpstreamKeysTest {

    private static final Path PEM =
            Path.of("src/test/resources/io/wharfgate/tls/pem").toAbsolutePath();
    private static final Map<String, ?> ENCRYPTED = Map.of("upstream.url", "https://127.0.0.1:9");
    private static final Map<String, ?> LOGIN = Map.of("upstream.username", "gateway", "upstream.password", "one");
    private static final Map<String, ?> IDENTITY = Map.of(
            "upstream.url", "https://127.0.0.1:9",
            "upstream.client-certificate", PEM.resolve("rsa.crt").toString(),
            "upstream.client-key", PEM.resolve("rsa.pkcs8.key").toString());

    /** Values that are there before and after; one more; and how a request that the upstream gets differs by that. */
    private record Change(Map<String, ?> around, Object value, Optional<String> seen) {}

    private static final Map<String, Change> CHANGES = changes();

    /** The keys that are looked at here. */
    static final Set<String> KEYS = keys();

    @TempDir
    private Path directory;

    private final Fake one = new Fake();
    private final Fake two = new Fake();
    private ReloadingService service;

    private static Map<String, Change> changes() {
        Map<String, Change> changes = new HashMap<>();
        changes.put("username", seen(LOGIN, "other", "Authorization=[Basic b3RoZXI6b25l]"));
        changes.put("password", seen(LOGIN, "two", "Authorization=[Basic Z2F0ZXdheTp0d28=]"));
        changes.put("token-realms", unseen(LOGIN, List.of("auth.test")));
        changes.put("ca", unseen(ENCRYPTED, PEM.resolve("rsa.crt").toString()));
        changes.put(
                "client-certificate",
                unseen(IDENTITY, PEM.resolve("rsa.text.crt").toString()));
        changes.put("client-key", unseen(IDENTITY, PEM.resolve("rsa.pkcs1.key").toString()));
        changes.put("client-key-password-file", unseen(IDENTITY, "passphrase"));
        changes.put("host", seen(Map.of(), "registry.test", "Host=[registry.test]"));
        changes.put("user-header", seen(Map.of(), "X-Who", "X-who=[alice]"));
        changes.put("request-headers.remove", seen(Map.of(), List.of("X-Mine"), "without X-Mine"));
        changes.put("request-headers.set", seen(Map.of(), Map.of("X-Mine", "set"), "X-mine=[set]"));
        changes.put("request-headers.add", seen(Map.of(), Map.of("X-Mine", "more"), "X-mine=[client, more]"));
        changes.put("response-headers.remove", seen(Map.of(), List.of("X-Theirs"), "answer []"));
        changes.put("response-headers.set", seen(Map.of(), Map.of("X-Theirs", "set"), "answer [set]"));
        changes.put("response-headers.add", seen(Map.of(), Map.of("X-Theirs", "more"), "answer [upstream, more]"));
        changes.put("connect-timeout", unseen(Map.of(), "7s"));
        changes.put("lease-timeout", unseen(Map.of(), "7s"));
        changes.put("read-timeout", unseen(Map.of(), "7s"));
        changes.put("max-connections", unseen(Map.of(), 7));
        changes.put("redirects", unseen(Map.of(), "follow"));
        changes.put("health.path", unseen(Map.of(), "/health"));
        changes.put("health.interval", unseen(Map.of(), "7m"));
        changes.put("health.timeout", unseen(Map.of(), "7s"));
        changes.put("health.failures", unseen(Map.of(), 7));
        changes.put("open-paths", unseen(Map.of(), List.of("/open")));
        return changes;
    }

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>(Set.of("upstream.url", "upstream.addresses", "upstream.password-file"));
        CHANGES.keySet().forEach(key -> keys.add("upstream." + key));
        return keys;
    }

    private static Change seen(Map<String, ?> around, Object value, String seen) {
        return new Change(around, value, Optional.of(seen));
    }

    private static Change unseen(Map<String, ?> around, Object value) {
        return new Change(around, value, Optional.empty());
    }

    /** An upstream that remembers what it was last asked. */
    private static final class Fake implements AutoCloseable {

        private final HttpServer server;
        private final AtomicReference<String> last = new AtomicReference<>("");

        Fake() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            server.createContext("/", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        private void answer(HttpExchange exchange) throws IOException {
            Headers headers = exchange.getRequestHeaders();
            boolean stranger = !headers.containsKey("Authorization");
            if (exchange.getRequestURI().getPath().contains("/manifests/")) {
                last.set(headers.entrySet() + (headers.containsKey("X-Mine") ? "" : " without X-Mine"));
            }
            exchange.getResponseHeaders().set("X-Theirs", "upstream");
            if (stranger) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"upstream\"");
            }
            exchange.sendResponseHeaders(stranger ? 401 : 200, -1);
            exchange.close();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("passphrase"), "correct horse");
        service = new ReloadingService(directory, Map.of("upstream.url", one.url()));
    }

    @AfterEach
    void stop() {
        service.close();
        one.close();
        two.close();
    }

    /** What the upstream got, and what came back of it. */
    private String request() throws Exception {
        HttpResponse<byte[]> answer = service.registry().client().get("/v2/a/manifests/latest", "X-Mine", "client");
        return one.last.get() + " answer " + answer.headers().allValues("X-Theirs");
    }

    @Test
    void eachKeyIsInForceAfterAReload() throws Exception {
        for (Map.Entry<String, Change> entry : CHANGES.entrySet()) {
            Change change = entry.getValue();
            Map<String, Object> values = new HashMap<>(change.around());
            assertThat(service.reload(values)).as(entry.getKey()).isTrue();
            Optional<Content.Forwarded> before = parts().upstreams();
            var configured = service.service().config().upstream();
            if (change.seen().isPresent()) {
                assertThat(request())
                        .as(entry.getKey())
                        .doesNotContain(change.seen().get());
            }
            values.put("upstream." + entry.getKey(), change.value());
            assertThat(service.reload(values)).as(entry.getKey()).isTrue();
            assertThat(parts().upstreams()).as(entry.getKey()).isPresent().isNotEqualTo(before);
            assertThat(service.service().config().upstream()).as(entry.getKey()).isNotEqualTo(configured);
            if (change.seen().isPresent()) {
                assertThat(request()).as(entry.getKey()).contains(change.seen().get());
            }
        }
    }

    private Parts parts() {
        return service.service().current().parts();
    }

    @Test
    void requestsGoToTheAddressInForce() throws Exception {
        request();
        assertThat(one.last.get()).isNotEmpty();
        assertThat(two.last.get()).isEmpty();
        assertThat(service.reload(Map.of("upstream.url", two.url()))).isTrue();
        request();
        assertThat(two.last.get()).isNotEmpty();
    }

    @Test
    void severalAddressesMayTakeThePlaceOfOne() throws Exception {
        try (ReloadingService several =
                new ReloadingService(directory.resolve("several"), Map.of("upstream.addresses", List.of(one.url())))) {
            assertThat(several.reload(Map.of("upstream.addresses", List.of(one.url(), two.url()))))
                    .isTrue();
            for (int i = 0; i < 4; i++) {
                several.registry().client().get("/v2/a/manifests/latest");
            }
            assertThat(two.last.get()).isNotEmpty();
        }
    }

    @Test
    void thePasswordMayBeAnotherInTheSameFile() throws Exception {
        Map<String, ?> login = Map.of("upstream.username", "gateway", "upstream.password-file", "secret");
        Files.writeString(directory.resolve("secret"), "one");
        assertThat(service.reload(login)).isTrue();
        assertThat(request()).contains("Basic Z2F0ZXdheTpvbmU=");
        Files.writeString(directory.resolve("secret"), "two");
        assertThat(service.reload(login)).isTrue();
        assertThat(request()).contains("Basic Z2F0ZXdheTp0d28=");
    }
}
