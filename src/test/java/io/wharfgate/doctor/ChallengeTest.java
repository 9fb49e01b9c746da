package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengeTest {

    @Test
    void readsWhatRegistriesSend() throws Exception {
        Challenge basic = Challenge.parse("Basic realm=\"a \\\"quoted\\\" realm\", charset=\"UTF-8\"");
        assertThat(basic.basic()).isTrue();
        assertThat(basic.realm()).isEqualTo("a \"quoted\" realm");
        Challenge bearer =
                Challenge.parse("Bearer realm=\"https://r/token\",service=r,scope=\"repository:a:pull,push\"");
        assertThat(bearer.bearer()).isTrue();
        assertThat(bearer.parameter("scope")).contains("repository:a:pull,push");
        assertThat(bearer.parameter("service")).contains("r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic realm=\"x\", Bearer realm=\"y\" | more than one challenge",
                "Basic realm=\"x\", Negotiate | more than one challenge",
                "Basic realm=\"x | name=",
                "Basic realm=\"x\" charset=\"y\" | comma",
                "Basic realm=\"x\", realm=\"y\" | twice",
                "=x | scheme"
            })
    void saysWhatIsWrong(String value, String reason) {
        assertThatThrownBy(() -> Challenge.parse(value))
                .isInstanceOf(Challenge.Malformed.class)
                .hasMessageContaining(reason);
    }

    @Test
    void copesWithAnything() {
        String alphabet = "aB=,\" \\\t;";
        Fuzz.rounds(5000, random -> {
            var value = new StringBuilder("Basic ");
            for (int length = random.nextInt(30); length > 0; length--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Challenge.parse(value.toString()).scheme()).isEqualTo("basic");
            } catch (Challenge.Malformed e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        });
    }
}
