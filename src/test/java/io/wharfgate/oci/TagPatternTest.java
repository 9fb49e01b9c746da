package io.wharfgate.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagPatternTest {

    @ParameterizedTest
    @CsvSource({
        "v*, v1.2, true",
        "v*, v, true",
        "v*, V1, false",
        "*, anything, true",
        "latest, latest, true",
        "latest, latest2, false",
        "release-?, release-1, true",
        "release-?, release-10, false",
        "*-rc*, 1.0-rc1, true",
        "a*b*c, abbc, true",
        "a*b*c, acb, false",
    })
    void matchesWholeTags(String pattern, String tag, boolean matches) throws InvalidPatternException {
        assertThat(TagPattern.parse(pattern).matches(new Tag(tag))).isEqualTo(matches);
    }

    @Test
    void matchesAsARegularExpressionWould() {
        Fuzz.rounds(5_000, random -> {
            String pattern = word(random, "ab*?", 8);
            Tag tag = new Tag(word(random, "ab", 10));
            boolean expected = Pattern.matches(pattern.replace("*", ".*").replace('?', '.'), tag.value());
            assertThat(parsed(pattern).matches(tag))
                    .as("%s on %s", pattern, tag)
                    .isEqualTo(expected);
        });
    }

    @Test
    void takesItsTimeForNobody() {
        Tag tag = new Tag("a".repeat(128));
        assertThat(parsed("*a".repeat(63) + "b").matches(tag)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a b", ".a", "-a", "a:b", "ä", "v[0-9]"})
    void refusesWhatNoTagMatches(String text) {
        assertThatThrownBy(() -> TagPattern.parse(text)).isInstanceOf(InvalidPatternException.class);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> TagPattern.parse("a".repeat(129)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining("128");
    }

    private static TagPattern parsed(String text) {
        try {
            return TagPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String word(Random random, String letters, int longest) {
        StringBuilder word = new StringBuilder();
        int length = 1 + random.nextInt(longest);
        for (int i = 0; i < length; i++) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
