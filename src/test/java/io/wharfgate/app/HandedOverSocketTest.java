package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.http.ServerConfig.ListenAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandedOverSocketTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 5443, ::, 5443, true",
        "0.0.0.0, 5443, 0.0.0.0, 5443, true",
        "'::', 5443, ::, 5443, true",
        "0.0.0.0, 5443, 127.0.0.1, 5443, false",
        "0.0.0.0, 5443, ::, 443, false",
        "0.0.0.0, 0, ::, 443, true",
        "localhost, 5443, ::1, 5443, true",
        "127.0.0.1, 5443, ::, 5443, false",
        "192.0.2.1, 5443, 192.0.2.1, 5443, true",
        "192.0.2.1, 5443, 192.0.2.2, 5443, false",
        "2001:db8::1, 5443, 2001:db8:0:0:0:0:0:1, 5443, true",
        // A name is not looked up.
        "registry.example.com, 5443, 192.0.2.2, 5443, true",
    })
    void saysWhetherTheConfigurationMeansTheSame(String host, int port, String address, int at, boolean same)
            throws UnknownHostException {
        assertThat(HandedOverSocket.agrees(
                        new ListenAddress(host, port), new InetSocketAddress(InetAddress.getByName(address), at)))
                .isEqualTo(same);
    }
}
