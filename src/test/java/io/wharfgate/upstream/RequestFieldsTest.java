package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpHandler;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ClientAddress;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.RequestContext;
import io.wharfgate.http.RequestOrigin;
import io.wharfgate.http.RootHandler;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.ServerConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request as it came on the wire becomes for the upstream. */
class RequestFieldsTest {

    private static final HttpHost ADDRESS = new HttpHost("http", "registry", 5000);
    private static final RequestFields PLAIN = new RequestFields(Upstreamed.PLAIN, "wharfgate-1");

    @Test
    void clientsFieldsPassInOrder() throws Exception {
        assertThat(sent(
                        PLAIN,
                        false,
                        "Host: hub:5443",
                        "Range: bytes=1-2",
                        "Accept: a/b",
                        "Accept: c/d",
                        "Cookie: x=1"))
                .startsWith("Host: hub:5443")
                .contains("Range: bytes=1-2", "Cookie: x=1")
                .containsSubsequence("Accept: a/b", "Accept: c/d")
                .containsSubsequence(
                        "X-Real-IP: 127.0.0.1",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Host: hub:5443",
                        "Via: 1.1 wharfgate-1",
                        "X-Request-Id: ID")
                .hasSize(11);
    }

    @Test
    void bytesAbove127Pass() throws Exception {
        assertThat(sent(PLAIN, false, "Host: hub", "X-Name: \u00e9\u00c3\u00bc"))
                .contains("X-Name: \u00e9\u00c3\u00bc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic YTpi",
                "Proxy-Authorization: Basic YTpi",
                "Proxy-Connection: keep-alive",
                "Connection: keep-alive",
                "Keep-Alive: 5",
                "TE: trailers",
                "Trailer: X",
                "Upgrade: h2c",
                "HTTP2-Settings: AA",
                "Expect: 100-continue",
                "Content-Length: 0",
                "X-Request-Id: forged",
                "X-Real-IP: 6.6.6.6",
                "X-Forwarded-For: 6.6.6.6",
                "x_forwarded_for: 6.6.6.6",
                "X-Forwarded-Proto: gopher",
                "X-FORWARDED-HOST: evil.example",
                "X_Forwarded-Host: evil.example",
                "X-Forwarded-Prefix: /evil",
                "Forwarded: host=evil.example",
                "X-HTTP-Method-Override: DELETE",
                "X-Original-URL: /v2/secret/tags/list",
                "Proxy: evil.example",
                "X-Remote-User: root",
                "X_REMOTE_user: root",
            })
    void neverTheClients(String field) throws Exception {
        RequestFields fields = new RequestFields(
                new UpstreamConfig.Headers(
                        Optional.empty(),
                        Optional.of("X-Remote-User"),
                        UpstreamConfig.Rules.NONE,
                        UpstreamConfig.Rules.NONE),
                "wharfgate-1");
        assertThat(sent(fields, false, "Host: hub", field)).isEqualTo(sent(fields, false, "Host: hub"));
    }

    @Test
    void whatConnectionNamesGoesButNothingOfOurs() throws Exception {
        assertThat(sent(
                        PLAIN,
                        false,
                        "Host: hub",
                        "Connection: X-Hop, x-forwarded-for",
                        "Connection: Via,,Host",
                        "X-Hop: 1"))
                .isEqualTo(sent(PLAIN, false, "Host: hub"));
    }

    @Test
    void trustedProxyIsContinued() throws Exception {
        assertThat(sent(
                        PLAIN,
                        true,
                        "Host: inner:8080",
                        "X-Forwarded-For: 6.6.6.6, 2001:db8::1",
                        "X-Forwarded-For: 203.0.113.9",
                        "X-Forwarded-Proto: HTTPS",
                        "X-Forwarded-Host: hub.example.com:5443",
                        "X-Forwarded-Port: 5443",
                        "X-Real-IP: 6.6.6.6",
                        "Forwarded: host=evil.example",
                        "Via: 1.0 front"))
                .contains(
                        "Host: inner:8080",
                        "X-Forwarded-For: 6.6.6.6, 2001:db8::1, 203.0.113.9, 127.0.0.1",
                        "X-Real-IP: 203.0.113.9",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: hub.example.com:5443",
                        "X-Forwarded-Port: 5443")
                .containsSubsequence("Via: 1.0 front", "Via: 1.1 wharfgate-1")
                .noneMatch(line -> line.startsWith("Forwarded:"));
    }

    @ParameterizedTest
    @CsvSource({"gopher, http", "'http, https', https", "'https,', http"})
    void trustedProxysSchemeIsHttpOrHttps(String told, String scheme) throws Exception {
        assertThat(sent(PLAIN, true, "Host: hub", "X-Forwarded-Proto: " + told))
                .contains("X-Forwarded-Proto: " + scheme);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub", "hub.example.com:5443", "[::1]:5000", "[2001:db8::1]", "10.0.0.1:1"})
    void hostIsTheClients(String host) throws Exception {
        assertThat(sent(PLAIN, false, "Host: " + host)).contains("Host: " + host, "X-Forwarded-Host: " + host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evil/x", "a b", "a@b", "a?b", "a\"b", "::1", "hub:x", "hub:", "[]", "a\r\nb"})
    void noHostIsMadeOfWhatIsNone(String host) {
        assertThat(RequestOrigin.isHost(host)).isFalse();
    }

    @Test
    void clientWithoutHostGetsThatOfTheAddress() throws Exception {
        // HTTP/1.0, where it may be missing.
        assertThat(sent(PLAIN, false, "Accept: a/b"))
                .contains("Host: registry:5000", "Via: 1.0 wharfgate-1")
                .noneMatch(line -> line.startsWith("X-Forwarded-Host"));
    }

    @Test
    void hostIsReplacedBySetting() throws Exception {
        RequestFields fields = new RequestFields(
                new UpstreamConfig.Headers(
                        Optional.of("inner.example"),
                        Optional.empty(),
                        UpstreamConfig.Rules.NONE,
                        UpstreamConfig.Rules.NONE),
                "wharfgate-1");
        assertThat(sent(fields, false, "Host: hub:5443")).contains("Host: inner.example", "X-Forwarded-Host: hub:5443");
    }

    @ParameterizedTest
    @CsvSource({"alice, alice", "a%b, a%25b", "J\u00f6rg X, J%C3%B6rg%20X", "'a\r\nX: y', a%0D%0AX:%20y"})
    void userIsTold(String user, String told) throws Exception {
        RequestFields fields = new RequestFields(
                new UpstreamConfig.Headers(
                        Optional.empty(),
                        Optional.of("X-Remote-User"),
                        UpstreamConfig.Rules.NONE,
                        UpstreamConfig.Rules.NONE),
                "wharfgate-1");
        assertThat(exchange(fields, false, Optional.of(user), "Host: hub", "X-Remote-User: root"))
                .contains("X-Remote-User: " + told)
                .doesNotContain("X-Remote-User: root");
    }

    @Test
    void rulesComeLastAndLeaveTheFramingAlone() throws Exception {
        UpstreamConfig.Rules rules = Upstreamed.rules(
                List.of("user-agent", "X-Forwarded-Proto", "HOST"),
                Map.of("X-Forwarded-Host", "fixed", "Transfer-Encoding", "x", "Authorization", "Basic x"),
                Map.of("Accept", "c/d"));
        RequestFields fields = new RequestFields(Upstreamed.headers(rules, UpstreamConfig.Rules.NONE), "wharfgate-1");
        assertThat(sent(fields, false, "Host: hub", "User-Agent: x", "Accept: a/b"))
                .containsExactly(
                        "Host: hub",
                        "Accept: a/b",
                        "X-Real-IP: 127.0.0.1",
                        "X-Forwarded-For: 127.0.0.1",
                        "Via: 1.1 wharfgate-1",
                        "X-Request-Id: ID",
                        "X-Forwarded-Host: fixed",
                        "Accept: c/d");
    }

    @ParameterizedTest
    @CsvSource({
        "1.1 wharfgate-1, true",
        "'1.0 fred, HTTP/1.1  WHARFGATE-1 (x)', true",
        "1.1 wharfgate-2, false",
        "wharfgate-1, false",
        "'1.1 x (1.1 wharfgate-1)', false",
    })
    void viaShowsALoop(String via, boolean loops) throws Exception {
        List<String> seen = exchange(
                exchange -> Answer.status(200)
                        .text(Boolean.toString(PLAIN.loops(exchange)))
                        .send(exchange),
                false,
                "Host: hub",
                "Via: " + via);
        assertThat(seen).containsExactly(Boolean.toString(loops));
    }

    @ParameterizedTest
    @CsvSource({
        "::1, ::1",
        "::, ::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0DB8::0001:0, 2001:db8::1:0",
        "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "::ffff:192.0.2.1, 192.0.2.1",
        "192.0.2.1, 192.0.2.1",
    })
    void addressesAreWrittenShort(String address, String text) throws Exception {
        assertThat(ForwardedFields.text(InetAddress.getByName(address))).isEqualTo(text);
    }

    private static List<String> sent(RequestFields fields, boolean trusted, String... lines) throws Exception {
        return exchange(fields, trusted, Optional.empty(), lines);
    }

    private static List<String> exchange(RequestFields fields, boolean trusted, Optional<String> user, String... lines)
            throws Exception {
        HttpHandler tell = exchange -> {
            RequestContext context = RequestContext.of(exchange);
            user.ifPresent(context::user);
            String told = String.join("\n", Upstreamed.lines(fields.of(exchange, ADDRESS)));
            Answer.status(200)
                    .body("text/plain", told.replace(context.id(), "ID").getBytes(StandardCharsets.ISO_8859_1))
                    .send(exchange);
        };
        return exchange(tell, trusted, lines);
    }

    private static List<String> exchange(HttpHandler handler, boolean trusted, String... lines) throws Exception {
        ClientAddress addresses = new ClientAddress(address -> trusted && address.isLoopbackAddress());
        try (HttpServer server = HttpServer.start(
                        new ServerConfig.ListenAddress("127.0.0.1", 0),
                        new ServerConfig.Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), 100, 65536, 0),
                        1,
                        Optional.empty(),
                        new RootHandler(addresses, new RunningRequests(), Duration.ofSeconds(30), handler));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            String protocol = List.of(lines).toString().contains("Host: ") ? "HTTP/1.1" : "HTTP/1.0";
            String head =
                    "GET /v2/ " + protocol + "\r\nConnection: close\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith(protocol + " 200 ");
            return answer.substring(answer.indexOf("\r\n\r\n") + 4).lines().toList();
        }
    }
}
