package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageNamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "169.254.0.1", "fe80::1", "febf::1", "::ffff:169.254.169.254"})
    void linkLocalAddressesAreRefused(String address) {
        assertThatThrownBy(() -> new StorageNames().resolve(address, 80))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("link-local");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "169.253.255.255", "169.255.0.0", "fec0::1", "fd00::1"})
    void othersAreNot(String address) throws Exception {
        assertThat(new StorageNames().resolve(address)).containsExactly(InetAddress.getByName(address));
    }

    @Test
    void nameWithSuchAnAddressAmongItsOwnIsRefusedWhole() {
        StorageNames names = new StorageNames(new Fixed("10.0.0.1", "169.254.169.254"));
        assertThatThrownBy(() -> names.resolve("storage.example.com", 443)).hasMessageContaining("storage.example.com");
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Fixed(String... addresses) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] found = new InetAddress[addresses.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = InetAddress.getByName(addresses[i]);
            }
            return found;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
