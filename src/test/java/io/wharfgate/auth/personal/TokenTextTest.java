package io.wharfgate.auth.personal;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTextTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void newOnesAreReadableAndDifferent() {
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            TokenText token = TokenText.random(RANDOM);
            assertThat(token.whole().reveal()).matches("wgt_[2-9a-km-np-z]{8}_[2-9a-km-np-z]{38}");
            assertThat(TokenText.parse(token.whole())).contains(token);
            assertThat(TokenText.isId(token.id())).isTrue();
            texts.add(token.whole().reveal());
        }
        assertThat(texts).hasSize(1000);
    }

    @Test
    void everyCharacterOfTheAlphabetIsUsed() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            TokenText.random(RANDOM).whole().reveal().substring(4).chars().forEach(seen::add);
        }
        seen.remove((int) '_');
        assertThat(seen).hasSize(32).doesNotContain((int) '0', (int) '1', (int) 'l', (int) 'o');
    }

    @Test
    void anyMistakeOfOneCharacterIsSeen() {
        Fuzz.rounds(2000, random -> {
            String text = TokenText.random(RANDOM).whole().reveal();
            int at = random.nextInt(text.length());
            char other = (char) (32 + random.nextInt(96));
            String changed = text.substring(0, at) + other + text.substring(at + 1);
            assertThat(TokenText.parse(Secret.of(changed)).isPresent())
                    .as(changed)
                    .isEqualTo(changed.equals(text));
            assertThat(TokenText.parse(Secret.of(text.substring(0, at)))).isEmpty();
            assertThat(TokenText.parse(Secret.of(text + other))).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wgt_", "wgt__", "secret", "wgt_k7q2m9xw_short", "WGT_K7Q2M9XW_", "wgt_k7q2m9xw\n"})
    void passwordsAreNoTokens(String text) {
        assertThat(TokenText.parse(Secret.of(text))).isEmpty();
    }

    @Test
    void itMasksItself() {
        TokenText token = TokenText.random(RANDOM);
        assertThat(token.toString())
                .contains(token.id())
                .doesNotContain(token.whole().reveal());
        assertThat(TokenHash.of(token.whole()).toString())
                .doesNotContain(TokenHash.of(token.whole()).hex());
    }
}
