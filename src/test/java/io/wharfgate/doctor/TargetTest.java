package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "registry.example.com, https://registry.example.com",
        "Registry.Example.com:5443, https://registry.example.com:5443",
        "https://registry.example.com:443/v2/, https://registry.example.com",
        "http://registry.example.com:80/, http://registry.example.com",
        "https://[::1]:5443, https://[::1]:5443",
    })
    void readsWhatPeopleType(String text, String url) {
        assertThat(Target.parse(text)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://x",
                "https://",
                "https://x/registry",
                "https://x?y",
                "https://x:0",
                "https://x:65536",
                "https://x y",
                "https://x_y:1",
                "",
            })
    void refusesWhatIsNoServer(String text) {
        assertThatThrownBy(() -> Target.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotRepeatAPassword() {
        assertThatThrownBy(() -> Target.parse("https://alice:open-sesame@registry.example.com"))
                .hasMessageContaining("--password-stdin")
                .hasMessageNotContaining("open-sesame");
    }

    @Test
    void namesCoverHosts() {
        assertThat(Names.cover(List.of("*.example.com"), "registry.example.com"))
                .isTrue();
        assertThat(Names.cover(List.of("*.example.com"), "a.registry.example.com"))
                .isFalse();
        assertThat(Names.cover(List.of("*.example.com"), "example.com")).isFalse();
        assertThat(Names.cover(List.of("0:0:0:0:0:0:0:1"), "::1")).isTrue();
        assertThat(Names.cover(List.of("10.0.0.1"), "10.0.0.2")).isFalse();
        assertThat(Names.cover(List.of("*.0.0.1"), "10.0.0.1")).isFalse();
    }
}
