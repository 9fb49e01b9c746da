package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose end two HTTP implementations could see at different places: refused, and nothing after them read. */
abstract class FramingContract extends ResourceContract {

    private static final String SMUGGLED = "GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private void assertNothingIsSmuggled(RawTls raw) throws IOException {
        String head = raw.readHead();
        assertThat(head).matches("(?s)HTTP/1\\.[01] 400 .*");
        assertThat(raw.readAll()).doesNotContain("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\nContent-Length: 3",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding:",
                "Content-Length: 3\nContent-Length: 4",
                "Content-Length: 3\nContent-Length: 3",
                "Content-Length: 3, 3",
                "Content-Length: +3",
                "Content-Length: -3",
                "Content-Length: 0x3",
                "Content-Length: 3 3",
                "Content-Length:",
                "Content-Length: 18446744073709551619",
                "Content-Length : 3",
                "Host: other",
            })
    void doubtfulFramingIsRefusedAndTheConnectionClosed(String headers) throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PUT " + manifestPath("latest"), headers.split("\n")).send(SMUGGLED);
            assertNothingIsSmuggled(raw);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v2/ HTTP/1.1\r\n\r\n",
                "GET /v2/ HTTP/1.1\nHost: localhost\n\n",
                "GET  /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v2/\r\nHost: localhost\r\n\r\n",
                "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nno colon here\r\n\r\n",
                "\u0016\u0003\u0001 nonsense\r\n\r\n",
            })
    void requestsThatAreNoneAreRefusedAndTheConnectionClosed(String request) throws IOException {
        try (RawTls raw = raw()) {
            raw.send(request + SMUGGLED);
            assertNothingIsSmuggled(raw);
        }
    }

    @Test
    void chunkedOnHttp10IsRefused() throws IOException {
        try (RawTls raw = raw()) {
            raw.send("PUT " + manifestPath("latest") + " HTTP/1.0\r\nHost: localhost\r\nAuthorization: "
                    + client().registry().authorization() + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + SMUGGLED);
            assertNothingIsSmuggled(raw);
        }
    }

    @Test
    void http10IsAnsweredAndTheConnectionClosed() throws IOException {
        try (RawTls raw = raw()) {
            raw.send("GET /_ping HTTP/1.0\r\n\r\n");
            assertThat(raw.readAll()).matches("(?s)HTTP/1.[01] 200 .*\\{\\}");
        }
    }

    @Test
    void framingThatIsRefusedByUsIsToldInJson() throws IOException {
        try (RawTls raw = raw()) {
            raw.request("PUT " + manifestPath("latest"), "Transfer-Encoding: xchunked");
            assertThat(raw.expectError(400, "UNSUPPORTED")).contains("Connection: close");
        }
    }

    @Test
    void manyAndLongHeadersEndTheConnectionAndNotTheServer() throws IOException {
        try (RawTls raw = raw()) {
            raw.send("GET /_ping HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
            assertThat(raw.closedByServer()).isTrue();
        } catch (IOException reset) {
            // The server may have closed before the whole of it was sent.
            assertThat(reset).isNotNull();
        }
        try (RawTls raw = raw()) {
            raw.send("GET /_ping HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n");
            assertThat(raw.closedByServer()).isTrue();
        }
        assertThat(client().get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void absoluteTargetIsNeverAWayAroundThePassword() throws IOException {
        try (RawTls raw = raw()) {
            raw.send("GET https://localhost/v2/_catalog HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.readHead()).matches("(?s)HTTP/1.1 4\\d\\d .*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS *", "TRACE /v2/", "CONNECT localhost:443", "PROPFIND /v2/", "get /v2/"})
    void unusualMethodsAndTargetsAreClientsErrors(String line) throws IOException {
        try (RawTls raw = raw()) {
            raw.request(line);
            assertThat(raw.readHead()).matches("(?s)HTTP/1.1 4\\d\\d .*");
        }
    }
}
