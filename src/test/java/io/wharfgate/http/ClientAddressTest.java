package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.TestServer.RawClient;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final String LOOPBACK = "127.0.0.1";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.7                          | 192.0.2.7",
                "198.51.100.1, 192.0.2.7            | 192.0.2.7",
                "192.0.2.7, 10.0.0.1                | 192.0.2.7",
                "192.0.2.7:5555                     | 192.0.2.7",
                "[2001:db8::1]:443                  | 2001:db8:0:0:0:0:0:1",
                "2001:db8::1                        | 2001:db8:0:0:0:0:0:1",
                "evil.example.com                   | 127.0.0.1",
                "192.0.2.7, unknown                 | 127.0.0.1",
                "10.0.0.1                           | 10.0.0.1",
            })
    void behindATrustedProxyTheRightmostForeignAddressCounts(String header, String expected) throws Exception {
        assertThat(ask(
                        new ClientAddress(
                                a -> a.isLoopbackAddress() || a.getHostAddress().startsWith("10.")),
                        header))
                .isEqualTo(expected);
    }

    @Test
    void aStrangerIsNotBelieved() throws Exception {
        assertThat(ask(new ClientAddress(address -> false), "192.0.2.7")).isEqualTo(LOOPBACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "cafe", "1.2.3.4.5.6", "12345", "[::1", "::zz", "abc.def"})
    void whatIsNoAddressIsNeverLookedUp(String text) {
        assertThat(ClientAddress.parse(text)).isEqualTo(Optional.empty());
    }

    private static String ask(ClientAddress addresses, String header) throws Exception {
        InetAddress[] seen = new InetAddress[1];
        try (TestServer server = new TestServer(addresses, (exchange, bodies) -> {
                    seen[0] = RequestContext.of(exchange).client();
                    Answer.status(200).text(seen[0].getHostAddress()).send(exchange);
                });
                RawClient client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + header + "\r\n\r\n");
            return new String(client.readBody(client.readHead()), StandardCharsets.UTF_8);
        }
    }
}
