package io.wharfgate.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {

    @Test
    void ordinaryTextStaysReadable() {
        assertThat(VisibleText.quote("jürgen 密码🔐")).isEqualTo("\"jürgen 密码🔐\"");
    }

    @Test
    void nobodyForgesALine() {
        assertThat(VisibleText.quote("a\r\nb\"c\\d")).isEqualTo("\"a\\u000D\\u000Ab\\\"c\\\\d\"");
    }

    @Test
    void whatIsNotSeenIsShown() {
        assertThat(VisibleText.quote("a\u202Eb\u2028c\u001B[0m\uD800"))
                .isEqualTo("\"a\\u202Eb\\u2028c\\u001B[0m\\uD800\"");
    }

    @Test
    void longTextIsCut() {
        assertThat(VisibleText.quote("x".repeat(64))).isEqualTo("\"" + "x".repeat(64) + "\"");
        assertThat(VisibleText.quote("🔐".repeat(65))).isEqualTo("\"" + "🔐".repeat(64) + "\"...");
    }
}
