package io.wharfgate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wharfgate.http.ServerConfig.Cidr;
import io.wharfgate.http.ServerConfig.ListenAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0, 8, 10.255.255.255, true",
        "10.0.0.0, 8, 11.0.0.0, false",
        "192.168.0.128, 25, 192.168.0.127, false",
        "192.168.0.128, 25, 192.168.0.128, true",
        "1.2.3.4, 32, 1.2.3.4, true",
        "1.2.3.4, 32, 1.2.3.5, false",
        "0.0.0.0, 0, 255.255.255.255, true",
        "0.0.0.0, 0, ::1, false",
        "fd00::, 8, fdff::1, true",
        "fd00::, 8, fe00::1, false",
        "::, 0, 10.0.0.1, false",
        "10.0.0.0, 8, ::ffff:10.1.1.1, true"
    })
    void blocksContainTheirAddresses(String network, int prefix, String address, boolean contained)
            throws UnknownHostException {
        assertThat(new Cidr(InetAddress.getByName(network), prefix).contains(InetAddress.getByName(address)))
                .isEqualTo(contained);
    }

    @Test
    void blocksStartAtTheirFirstAddress() throws UnknownHostException {
        InetAddress inside = InetAddress.getByName("10.1.2.3");
        assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(inside, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(inside, 33));
        assertThat(Cidr.around(inside, 8)).hasToString("10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, true, false",
        "::, true, false",
        "127.0.0.1, false, true",
        "127.9.9.9, false, true",
        "::1, false, true",
        "localhost, false, true",
        "127.example.com, false, false",
        "10.0.0.1, false, false"
    })
    void addressesKnowWhoReachesThem(String host, boolean wildcard, boolean loopback) {
        var address = new ListenAddress(host, 1);
        assertThat(address.wildcard()).isEqualTo(wildcard);
        assertThat(address.loopback()).isEqualTo(loopback);
    }
}
