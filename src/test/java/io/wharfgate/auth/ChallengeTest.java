package io.wharfgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {

    @Test
    void basicAsksForUtf8() {
        assertThat(Challenge.basic("Wharfgate").headerValue())
                .isEqualTo("Basic realm=\"Wharfgate\", charset=\"UTF-8\"");
    }

    @Test
    void quotesAndBackslashesAreEscaped() {
        assertThat(Challenge.basic("a\"b\\c").headerValue())
                .isEqualTo("Basic realm=\"a\\\"b\\\\c\", charset=\"UTF-8\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\u0000", "a\tb", "a\u007f", "K\u00fcche", "\u2028"})
    void whatCannotStandInAHeaderIsRefused(String realm) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Challenge.basic(realm))
                .withMessageContaining("printable ASCII")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "\r"));
    }
}
