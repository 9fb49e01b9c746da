package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import io.wharfgate.registry.api.RawTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that try to make the upstream see another request than the gateway: the upstream remembers every byte. Either
 * nothing has arrived, or exactly one request that is beyond doubt.
 */
class SmugglingFaultTest {

    private static final String EVIL = "GET /v2/evil/manifests/latest HTTP/1.1\r\nHost: evil\r\n\r\n";
    private static final Pattern REQUEST = Pattern.compile("(?m)^\\S+ \\S+ HTTP/\\d");

    @TempDir
    private static Path directory;

    private static GatewayFixture gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(
                RunningService.Setup.in(directory),
                settings -> settings.headers(new UpstreamConfig.Headers(
                        Optional.empty(),
                        Optional.of("X-Remote-User"),
                        UpstreamConfig.Rules.NONE,
                        UpstreamConfig.Rules.NONE)));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void reset() {
        gateway.upstream.reset();
        gateway.upstream.script((peer, head) -> {
            if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                peer.readChunked();
            } else {
                peer.read(RawTls.find(head, "Content-Length")
                        .map(Integer::parseInt)
                        .orElse(0));
            }
            peer.send(ScriptedUpstream.OK);
        });
    }

    /** Sends all, and waits for the end of what the gateway says. */
    private static String answers(String request) throws Exception {
        try (RawTls raw = gateway.connect(false)) {
            try {
                raw.send(request.replace("@auth", "Authorization: " + gateway.registry.authorization()));
            } catch (IOException closed) {
                // refused before its end
            }
            return new String(raw.readUntilClosed(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String put(String... fields) {
        return "PUT /v2/good/manifests/latest HTTP/1.1\r\nHost: localhost\r\n@auth\r\n" + String.join("\r\n", fields)
                + "\r\n\r\n";
    }

    static Stream<String> doubtfulFraming() {
        return Stream.of(
                put("Transfer-Encoding: chunked", "Content-Length: 3") + "0\r\n\r\n" + EVIL,
                put("Content-Length: 3", "Transfer-Encoding: chunked") + "0\r\n\r\n" + EVIL,
                put("Content-Length: 3", "Content-Length: 4") + "abc" + EVIL,
                put("Content-Length: 3", "Content-Length: 3") + "abc" + EVIL,
                put("Content-Length: 3, 3") + "abc" + EVIL,
                put("Content-Length: +3") + "abc" + EVIL,
                put("Content-Length: 0x3") + "abc" + EVIL,
                put("Content-Length : 3") + "abc" + EVIL,
                put("Content-Length: 3 3") + "abc" + EVIL,
                put("Content-Length: -1") + EVIL,
                put("Content-Length: 18446744073709551619") + "abc" + EVIL,
                put("Transfer-Encoding: xchunked") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked, identity") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: identity") + EVIL,
                put("Transfer-Encoding: identity, chunked") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding:\u000bchunked") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding : chunked") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: \"chunked\"") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked", "Transfer-Encoding: x") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding:\r\n chunked") + "0\r\n\r\n" + EVIL,
                put("X: y\r\n Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + EVIL,
                put(" Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + EVIL,
                put("X: y\nTransfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + EVIL,
                put("X: y\rTransfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + EVIL,
                put("X: y\u0000Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked") + "0;\n\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked") + "0x0\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked") + "-1\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked") + "10000000000000000\r\n\r\n" + EVIL,
                put("Transfer-Encoding: chunked") + "3\r\nabcX\r\n0\r\n\r\n" + EVIL,
                put("Host: evil", "Content-Length: 0") + EVIL,
                put("Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest HTTP/1.1\r\nHost: localhost\r\n@auth\r\nContent-Length: " + EVIL.length()
                        + "\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest HTTP/1.1\r\nHost: localhost\r\n@auth\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest\r\nHost: localhost\r\n@auth\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n@auth\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest HTTP/1.1\r\n@auth\r\n\r\n" + EVIL,
                "GET /v2/good/manifests/latest HTTP/1.1\r\nHost: localhost\r\n@auth\r\nno colon\r\n\r\n" + EVIL,
                "CONNECT localhost:5000 HTTP/1.1\r\nHost: localhost\r\n@auth\r\n\r\n" + EVIL,
                "TRACE /v2/ HTTP/1.1\r\nHost: localhost\r\n@auth\r\n\r\n" + EVIL);
    }

    @ParameterizedTest
    @MethodSource("doubtfulFraming")
    void doubtfulFramingReachesNobody(String request) throws Exception {
        String answers =
                answers(request + "GET /v2/evil/manifests/two HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n");
        String received = gateway.upstream.received();
        assertThat(received).doesNotContain("evil");
        assertThat(REQUEST.matcher(received).results().count()).as(received).isLessThanOrEqualTo(1);
        if (received.isEmpty()) {
            assertThat(answers).as("refused, or cut").doesNotContain("HTTP/1.1 200");
        } else {
            // The server reads a folded line, and some odd chunks, in one way; what it sends on can be read in one way.
            int body = received.indexOf("\r\n\r\n") + 4;
            String head = received.substring(0, body);
            if (head.contains("\r\nContent-Length: ")) {
                assertThat(head).containsOnlyOnce("Content-Length").doesNotContain("\r\nTransfer-Encoding");
            } else {
                assertThat(head).containsOnlyOnce("\r\nTransfer-Encoding: chunked\r\n");
                assertThat(received.substring(body)).matches("(?s)([0-9a-f]+\r\n.*\r\n)?(0\r\n\r\n)?");
            }
        }
    }

    static Stream<String> hostileTargets() {
        return Stream.of(
                "/v2/a/manifests/x%0d%0aEvil:%20y",
                "/v2/a%0d%0aEvil:%20y/manifests/latest",
                "/v2/a/manifests/latest%00",
                "/v2/a/../evil/manifests/latest",
                "/v2/a/..%2fevil/manifests/latest",
                "/v2/a/%2e%2e/evil/manifests/latest",
                "/v2/a//evil/manifests/latest",
                "/v2//evil/manifests/latest",
                "/v2/a\\..\\evil/manifests/latest",
                "/v2/a;x=evil/manifests/latest",
                "/v2/./evil/manifests/latest",
                "/v2/a/manifests/latest#evil",
                "/v2/../evil",
                "/v2/..;/evil",
                "/v2/something/else/..%2f..%2fevil",
                "/v1/../v2/evil/manifests/latest",
                "/v1/%2e%2e/v2/evil/manifests/latest",
                "/v1//evil",
                "/_ping/../v2/evil/manifests/latest",
                "/V2/evil/manifests/latest",
                "//v2/evil/manifests/latest",
                "/%76%32/evil/manifests/latest",
                "v2/evil/manifests/latest",
                "*",
                "http://evil:80/../v2/evil/manifests/latest");
    }

    @ParameterizedTest
    @MethodSource("hostileTargets")
    void hostileTargetReachesNobody(String target) throws Exception {
        String answer = answers("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n@auth\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsPattern("^HTTP/1.1 40[0-9] ");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/a/tags/list?x=%0d%0aEvil:%20y",
                "/v2/a/tags/list?x=../../evil",
                "/v2/a/tags/list?http://evil/",
                "/v2/a/tags/list?a=%2F+b",
            })
    void queryArrivesByteForByteAndStaysAQuery(String target) throws Exception {
        answers("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n@auth\r\nConnection: close\r\n\r\n");
        assertThat(gateway.upstream.request()).startsWith("GET " + target + " HTTP/1.1\r\n");
        assertThat(gateway.upstream.request()).doesNotContain("\r\nEvil");
    }

    /** A client may say all of this of itself; nothing of it may arrive as if the gateway had said it. */
    static Stream<List<String>> forgedFields() {
        return Stream.of(
                List.of("X-Forwarded-For: 6.6.6.6"),
                List.of("X-Forwarded-Host: 6.6.6.6"),
                List.of("X-Forwarded-Proto: 6.6.6.6"),
                List.of("X-Forwarded-Port: 6.6.6.6"),
                List.of("X-Forwarded-Prefix: 6.6.6.6"),
                List.of("X-Forwarded-Server: 6.6.6.6"),
                List.of("x-forwarded-anything: 6.6.6.6"),
                List.of("X_Forwarded_For: 6.6.6.6"),
                List.of("X_Forwarded-Host: 6.6.6.6"),
                List.of("Forwarded: for=6.6.6.6;host=6.6.6.6"),
                List.of("X-Real-IP: 6.6.6.6"),
                List.of("X_Real_IP: 6.6.6.6"),
                List.of("X-Request-Id: 6.6.6.6"),
                List.of("X-Remote-User: 6.6.6.6"),
                List.of("x-remote-user: 6.6.6.6"),
                List.of("X_Remote_User: 6.6.6.6"),
                List.of("X-Remote_User: 6.6.6.6"),
                List.of("X-Remote-User: 6.6.6.6", "X-Remote-User: 6.6.6.6"),
                List.of("Connection: X-Remote-User", "X-Remote-User: 6.6.6.6"),
                List.of("Connection: X-Mine", "X-Mine: 6.6.6.6"),
                List.of("Keep-Alive: 6.6.6.6"),
                List.of("Proxy-Connection: 6.6.6.6"),
                List.of("Proxy-Authorization: 6.6.6.6"),
                List.of("TE: 6.6.6.6"),
                List.of("Trailer: 6.6.6.6"),
                List.of("Upgrade: 6.6.6.6", "Connection: Upgrade"),
                List.of("HTTP2-Settings: 6.6.6.6", "Connection: HTTP2-Settings"));
    }

    @ParameterizedTest
    @MethodSource("forgedFields")
    void forgedFieldArrivesNowhere(List<String> fields) throws Exception {
        answers("GET /v2/good/manifests/latest HTTP/1.1\r\nHost: localhost\r\n@auth\r\n" + String.join("\r\n", fields)
                + (fields.toString().contains("Connection: ") ? "" : "\r\nConnection: close")
                + "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        String request = gateway.upstream.request();
        assertThat(request).doesNotContain("6.6.6.6").doesNotContainIgnoringCase("Authorization");
        assertOwnFieldsStand(request);
    }

    /** {@code Connection} may name what is the client's, and not what is the gateway's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X-Real-IP",
                "X-Remote-User",
                "Host",
                "Via",
                "X-Request-Id",
                "Content-Length",
                "Authorization"
            })
    void connectionTakesNoFieldOfTheGatewaysAway(String name) throws Exception {
        answers(put("Connection: " + name, "Content-Length: 2")
                + "{}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        String request = gateway.upstream.request();
        assertOwnFieldsStand(request);
        assertThat(request).contains("\r\nContent-Length: 2\r\n").doesNotContainIgnoringCase("Authorization");
    }

    private static void assertOwnFieldsStand(String request) {
        for (String field : List.of(
                "X-Forwarded-For: 127.0.0.1",
                "X-Real-IP: 127.0.0.1",
                "X-Forwarded-Proto: https",
                "X-Remote-User: " + RunningService.USER)) {
            String name = field.substring(0, field.indexOf(':'));
            assertThat(request.lines()
                            .filter(line -> line.toLowerCase(Locale.ROOT)
                                    .replace('_', '-')
                                    .startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                            .toList())
                    .containsExactly(field);
        }
        assertThat(request.lines().filter(line -> line.startsWith("Host:")).toList())
                .containsExactly("Host: localhost");
        assertThat(RawTls.header(request, "X-Request-Id")).matches("[0-9a-f]{16}");
        assertThat(RawTls.header(request, "Via")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost\r\nX-Forwarded-Host: evil",
                "a b",
                "evil/",
                "evil@localhost",
                "evil\u0000",
                "evil,localhost",
                "evil\tx",
                "http://evil",
                "[::1",
                "evil:port",
                "\u00e9vil"
            })
    void hostThatIsNoneDoesNotArrive(String host) throws Exception {
        answers("GET /v2/good/manifests/latest HTTP/1.1\r\nHost: " + host + "\r\n@auth\r\nConnection: close\r\n\r\n");
        assertThat(gateway.upstream.received()).doesNotContain("vil").doesNotContain("a b");
    }
}
