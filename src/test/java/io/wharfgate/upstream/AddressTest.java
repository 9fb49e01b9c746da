package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://registry, http, registry, 80, ''",
        "https://registry/, https, registry, 443, ''",
        "http://Registry.Example.COM:5000, http, registry.example.com, 5000, ''",
        "HTTPS://registry:5000/base/, https, registry, 5000, /base",
        "http://registry/a/b%20c//, http, registry, 80, /a/b%20c",
        "http://my_registry:5000, http, my_registry, 5000, ''",
        "http://my_registry, http, my_registry, 80, ''",
        "http://[::1]:5000/x, http, ::1, 5000, /x",
        "http://[fe80::1], http, fe80::1, 80, ''",
        "http://user:password@registry:5000, http, registry, 5000, ''",
    })
    void hasHostPortAndPath(String uri, String scheme, String name, int port, String basePath) {
        Address address = Address.of(URI.create(uri));

        assertThat(address.host().getSchemeName()).isEqualTo(scheme);
        assertThat(address.host().getHostName()).isEqualTo(name);
        assertThat(address.host().getPort()).isEqualTo(port);
        assertThat(address.basePath()).isEqualTo(basePath);
        assertThat(address.mark()).matches("[0-9a-f]{12}");
        assertThat(address.toString()).doesNotContain("password");
    }

    @Test
    void ipv6AddressIsShownInBrackets() {
        assertThat(Address.of(URI.create("http://[::1]:5000/x"))).hasToString("http://[::1]:5000/x");
    }

    /** Gateways and restarts must agree on it, so the value itself is pinned. */
    @Test
    void markIsTheSameForEveryWayToWriteTheAddress() {
        String mark = Address.of(URI.create("http://registry:80/base")).mark();

        assertThat(mark).isEqualTo("0b079c4c674b");
        assertThat(Address.of(URI.create("HTTP://Registry/base/")).mark()).isEqualTo(mark);
        assertThat(Address.of(URI.create("https://registry:80/base")).mark()).isNotEqualTo(mark);
        assertThat(Address.of(URI.create("http://registry:80/other")).mark()).isNotEqualTo(mark);
        assertThat(Address.of(URI.create("http://registry:81/base")).mark()).isNotEqualTo(mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry", "http:///path", "http://:5000", "/path"})
    void whatHasNoHostIsRefused(String uri) {
        assertThatThrownBy(() -> Address.of(URI.create(uri))).isInstanceOf(IllegalArgumentException.class);
    }
}
